namespace DaxProxy.Options;

/// <summary>Marks an option as an amount of bytes, which may be written with a unit: <c>512MB</c>, <c>1GiB</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class BytesAttribute : Attribute;
