using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>What a page looks at, and which items it shows.</summary>
/// <remarks>
/// Thread-safe. Which items it shows is found out when a write asks for the first time, and kept; its room is counted from the beginning.
/// </remarks>
internal sealed class PageView
{
    private readonly QueryFences fences;
    private readonly TableInfo table;
    private readonly int count;
    private readonly Func<IReadOnlyList<Item>?> read;
    private uint[]? shown;

    private PageView(
        QueryFences fences,
        TableInfo table,
        int count,
        ushort[]? seen,
        ushort[] filtered,
        bool showsAllItRead,
        uint[]? shown,
        Func<IReadOnlyList<Item>?> read)
    {
        this.fences = fences;
        this.table = table;
        this.count = count;
        this.read = read;
        this.shown = shown;
        Seen = seen;
        Filtered = filtered;
        ShowsAllItRead = showsAllItRead;
    }

    /// <summary>
    /// The attributes on which what it shows depends, those of its filter among them (<see cref="QueryFences.NameOf"/>); null for all.
    /// </summary>
    public ushort[]? Seen { get; }

    /// <summary>The attributes on which it depends whether an item passes its filter.</summary>
    public ushort[] Filtered { get; }

    /// <summary>Whether it shows every item that was read for it: no filter kept one away.</summary>
    public bool ShowsAllItRead { get; }

    /// <summary>What it takes of the budget.</summary>
    public int Bytes => 176 + (sizeof(uint) * count) + (sizeof(ushort) * ((Seen?.Length ?? 0) + Filtered.Length));

    /// <summary>The view of an answer.</summary>
    /// <param name="fences">Who hashes names and items.</param>
    /// <param name="table">The table.</param>
    /// <param name="index">The index that is read; null for the table itself.</param>
    /// <param name="operation">What was asked.</param>
    /// <param name="reply">The answer.</param>
    public static PageView Of(QueryFences fences, TableInfo table, IndexInfo? index, PageOperation operation, PageReply reply)
    {
        ushort[] filtered = [.. (operation.Filter?.TopLevelNames ?? []).Select(fences.NameOf)];
        IEnumerable<string>? names = NamesSeen(table, index, operation);
        bool hasItems = operation.Select != Select.COUNT;
        return new PageView(
            fences,
            table,
            hasItems ? reply.Count : 0,
            names is null ? null : [.. names.Select(fences.NameOf).Concat(filtered).Distinct()],
            filtered,
            hasItems && reply.Count == reply.ScannedCount,
            null,
            () => reply.Items);
    }

    /// <summary>The same, whose items are read from elsewhere from now on.</summary>
    public PageView From(Func<IReadOnlyList<Item>?> source) => new(fences, table, count, Seen, Filtered, ShowsAllItRead, shown, source);

    /// <summary>Whether the page may show an item; says yes where it cannot tell.</summary>
    public bool MayShow(uint item)
    {
        uint[] items = Volatile.Read(ref shown) ?? FindShown();
        return items.Length < count || Array.BinarySearch(items, item) >= 0;
    }

    /// <summary>The items, sorted; fewer than there are where their keys are not shown.</summary>
    private uint[] FindShown()
    {
        List<uint> items = new(count);
        foreach (Item item in read() ?? [])
        {
            AttributeMap attributes = item.Open();
            if (!table.Layout.Has(attributes))
            {
                break;
            }

            items.Add(fences.ItemOf(table, attributes));
        }

        uint[] found = [.. items];
        Array.Sort(found);
        Volatile.Write(ref shown, found);
        return found;
    }

    /// <summary>The attributes that are returned; null for all there are.</summary>
    private static IEnumerable<string>? NamesSeen(TableInfo table, IndexInfo? index, PageOperation operation)
    {
        if (operation.Projection is { } projection)
        {
            return projection.Paths.Select(path => path.TopLevelName);
        }

        if (operation.Select == Select.COUNT)
        {
            return [];
        }

        // What a local index does not hold is fetched from the table, as soon as anything of the kind is asked for.
        bool isFetched = index is { IsGlobal: false }
            && (operation.Select == Select.ALL_ATTRIBUTES
                || (operation.Filter?.TopLevelNames ?? []).Any(name => !index.Holds(table.KeySchema, name)));
        return index is null || index.ProjectsAll || isFetched
            ? null
            : index.Keys.Select(key => key.Name).Concat(table.KeySchema.Names).Concat(index.Projection.NonKeyAttributes ?? []);
    }
}
