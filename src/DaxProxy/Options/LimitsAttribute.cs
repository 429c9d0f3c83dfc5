namespace DaxProxy.Options;

/// <summary>The range of an option, both ends included, written as a configuration file writes the option itself.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LimitsAttribute(string from, string to) : Attribute
{
    /// <summary>The least value allowed.</summary>
    public string From { get; } = from;

    /// <summary>The greatest value allowed.</summary>
    public string To { get; } = to;
}
