using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace DaxProxy.Options;

/// <summary>
/// Whom a rule of section <c>Tables</c> is for: <c>orders</c>, <c>orders-*</c>, or the index <c>orders/byDate</c>, <c>orders-*/by*</c>. A
/// star stands for any characters, also none. Names are told apart by case, as DynamoDB does.
/// </summary>
/// <remarks>
/// Ordered by how specific they are, the most specific first: names before patterns, longer ones before shorter, otherwise by the alphabet;
/// of indexes the table's part counts first. Immutable.
/// </remarks>
internal sealed partial class TablePattern : IComparable<TablePattern>
{
    private readonly string text;

    private TablePattern(string text)
    {
        this.text = text;
        string[] parts = text.Split('/');
        Table = parts[0];
        Index = parts.Length > 1 ? parts[1] : null;
    }

    /// <summary>The tables.</summary>
    public string Table { get; }

    /// <summary>The indexes; null where the rule is for tables.</summary>
    public string? Index { get; }

    /// <summary>Reads a pattern; null when the text is none.</summary>
    public static TablePattern? TryParse(string text) => Form().IsMatch(text) ? new TablePattern(text) : null;

    /// <summary>Whether the rule is for this table, or for indexes of it.</summary>
    public bool MatchesTable(string table) => FileSystemName.MatchesSimpleExpression(Table, table, ignoreCase: false);

    /// <summary>Whether the rule is for indexes, and for this one of any table.</summary>
    public bool MatchesIndex(string index) => Index is not null && FileSystemName.MatchesSimpleExpression(Index, index, ignoreCase: false);

    /// <inheritdoc/>
    public int CompareTo(TablePattern? other) => other is null ? 1 : RankOf(this).CompareTo(RankOf(other)) is not 0 and int order
        ? order
        : string.CompareOrdinal(text, other.text);

    private static (bool, int, bool, int) RankOf(TablePattern pattern) =>
        (pattern.Table.Contains('*'), -pattern.Table.Length, pattern.Index?.Contains('*') == true, -(pattern.Index?.Length ?? 0));

    [GeneratedRegex(@"^[a-zA-Z0-9_.*-]{1,255}(/[a-zA-Z0-9_.*-]{1,255})?\z")]
    private static partial Regex Form();
}
