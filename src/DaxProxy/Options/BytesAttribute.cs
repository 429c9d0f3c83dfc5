namespace DaxProxy.Options;

/// <summary>Marks an option as an amount of bytes, which may be written with a unit: <c>512MB</c>, <c>1GiB</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BytesAttribute : Attribute;
