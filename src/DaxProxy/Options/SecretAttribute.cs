namespace DaxProxy.Options;

/// <summary>Marks an option whose value may hold a secret, so it is masked wherever options are shown.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecretAttribute : Attribute;
