namespace DaxProxy.Core.Partiql;

/// <summary>Where a token stands in a statement; prints as messages do: <c>line:column:length</c>, counted from 1.</summary>
internal readonly record struct SourceSpan(int Line, int Column, int Length)
{
    public override string ToString() => $"{Line}:{Column}:{Length}";
}
