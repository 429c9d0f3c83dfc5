namespace DaxProxy.Core.Expressions;

/// <summary>A token: its kind and where it stands in the text.</summary>
internal readonly record struct Token(TokenKind Kind, int Start, int End)
{
    /// <summary>The token as written.</summary>
    public ReadOnlySpan<char> In(string text) => text.AsSpan(Start, End - Start);
}
