using DaxProxy.Core.Operations;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>A table or index as something to read from.</summary>
/// <param name="Table">The table.</param>
/// <param name="Index">The index; null for the table itself.</param>
/// <param name="IsLocal">Whether it is a local index.</param>
/// <param name="Hash">Its partition attributes.</param>
/// <param name="Range">Its sort attributes.</param>
/// <param name="Filtered">An attribute that it holds, which is no key of it; null where there is none.</param>
internal sealed record QuerySource(
    string Table, string? Index, bool IsLocal, IReadOnlyList<string> Hash, IReadOnlyList<string> Range, string? Filtered)
{
    public static IReadOnlyList<QuerySource> All { get; } = [.. Design.All.SelectMany(Of)];

    /// <summary>What every source can show: its keys, perhaps with something of its own.</summary>
    public string Projection(bool isNarrow) => string.Join(", ", Hash.Concat(Filtered is null || isNarrow ? [] : [Filtered]));

    public static QuerySource Of(PageOperation page) =>
        All.Single(source => source.Table == page.TableName && source.Index == page.IndexName);

    private static IEnumerable<QuerySource> Of(Design design)
    {
        string[] key = Names(design.Key.Replace(' ', '+'));
        yield return new QuerySource(design.Name, null, false, key[..1], key[1..], "u");
        foreach (Design.Index index in design.Indexes.Append(Design.Late))
        {
            string[] hash = Names(index.Hash), range = Names(index.Range);
            string? filtered = index.Projection == "KEYS_ONLY" && index.IsGlobal
                ? key.FirstOrDefault(name => !hash.Concat(range).Contains(name))
                : "u";
            yield return new QuerySource(design.Name, index.Name, !index.IsGlobal, hash, range, filtered);
        }
    }

    private static string[] Names(string keys) =>
        [.. keys.Split('+', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split(':')[0])];
}
