namespace DaxProxy.Options;

/// <summary>The form of a textual option.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PatternAttribute(string expression, string meaning) : Attribute
{
    /// <summary>The regular expression that the whole text must match.</summary>
    public string Expression { get; } = expression;

    /// <summary>The same in words.</summary>
    public string Meaning { get; } = meaning;
}
