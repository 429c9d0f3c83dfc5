namespace DaxProxy.Options;

/// <summary>What a textual option is made of: one character at least.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class CharactersAttribute(string meaning) : Attribute
{
    /// <summary>The characters that may stand in it; null for any.</summary>
    public string? Allowed { get; init; }

    /// <summary>How many it has at most.</summary>
    public int AtMost { get; init; } = int.MaxValue;

    /// <summary>All of this in words.</summary>
    public string Meaning { get; } = meaning;

    /// <summary>Whether a text is made so.</summary>
    public bool Fits(string text) =>
        text.Length >= 1 && text.Length <= AtMost && (Allowed is null || !text.AsSpan().ContainsAnyExcept(Allowed));
}
