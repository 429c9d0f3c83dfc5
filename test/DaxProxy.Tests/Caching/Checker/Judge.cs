using System.Text;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>
/// The second law: an answer must be what a direct read would have given at one instant at which every effect was there that had been
/// acknowledged before the read began.
/// </summary>
internal static class Judge
{
    /// <summary>What is wrong with an answer; null for nothing.</summary>
    public static string? Find(History history, ClientRead read, Reply reply)
    {
        bool isHit = reply.Cache?.ToString().Contains("hit", StringComparison.Ordinal) == true;
        bool isShared = reply.Cache?.ToString().Contains("collapsed", StringComparison.Ordinal) == true;
        bool isGlobal = read.Operation is PageOperation { IndexName: { } name } && Design.IsGlobal(name);
        Window window = new(history, read, isGlobal, isShared);
        return (read.Operation, reply) switch
        {
            (GetItem { ConsistentRead: true } or PageOperation { ConsistentRead: true }, _) when isHit =>
                "a consistent read is answered from a cache",
            (GetItem get, GetItemReply got) =>
                FindInItem(window, get.TableName, get.Key.Value!, got.Item, table => DirectReads.Get(table, get.Key.Value!, get.Projection))
                ?? FindInCapacity(isHit, get.ReturnConsumedCapacity, got.ConsumedCapacity),
            (BatchGetItem batch, BatchGetItemReply got) =>
                batch.Tables.Select(wanted => FindInBatch(window, wanted, got)).FirstOrDefault(fault => fault is not null),
            (PageOperation page, PageReply got) =>
                FindInPage(window, page, got) ?? FindInCapacity(isHit, page.ReturnConsumedCapacity, got.ConsumedCapacity),
            (_, ErrorReply refusal) => FindInRefusal(window, read.Operation, refusal),
            _ => $"a {reply.GetType().Name} for a {read.Operation.Name}",
        };
    }

    private static string? FindInItem(Window window, string table, AttributeMap key, Item? shown, Func<TableState, Item?> direct)
    {
        foreach (TableState state in window.Of(table, key))
        {
            if (state.Info is not null && AreSame(direct(state), shown))
            {
                return null;
            }
        }

        return $"{table} {Values.Show(key)} is shown as {Show(shown)}, but was only {Lives(window.Of(table, key), state => state.Info is null ? "gone" : Show(direct(state)))}";
    }

    private static string? FindInBatch(Window window, BatchGetItem.KeysAndAttributes wanted, BatchGetItemReply reply)
    {
        TableState now = window.History[wanted.TableName];
        List<Item> shown = [.. reply.Responses.Single(table => table.Key == wanted.TableName).Value];
        HashSet<AttributeValue> left =
            [.. reply.UnprocessedKeys.Where(table => table.TableName == wanted.TableName).SelectMany(table => table.Keys)
                .Select(key => AttributeValue.FromMap(key.Value!))];
        foreach (AttributeMap key in wanted.Keys.Select(key => key.Value!))
        {
            Item? item = shown.Find(
                item => key.All(part => item.Open().TryGetValue(part.Key, out AttributeValue? value) && value.Equals(part.Value)));
            if (item is not null)
            {
                shown.Remove(item);
            }

            if (left.Contains(AttributeValue.FromMap(key)) ? item is not null
                : FindInItem(window, wanted.TableName, key, item, table => DirectReads.Get(table, key, null)) is not null)
            {
                return $"batch: {wanted.TableName} {Values.Show(key)} is shown as {Show(item)}; now {(now.Info is null ? "gone" : Show(now.Find(key)?.Item))}";
            }
        }

        return shown.Count == 0 ? null : "batch: an item that was not asked for";
    }

    private static string? FindInPage(Window window, PageOperation page, PageReply reply)
    {
        IReadOnlyList<Item>? items = reply.Items;
        int undecided = window.History.Undecided;
        foreach (TableState state in window.Of(page))
        {
            if (DirectReads.Page(state, page) is PageReply direct && AreSame(direct, reply, items))
            {
                return null;
            }
        }

        return window.History.Undecided > undecided
            ? null
            : $"shown is {Show(reply, items)}, but right was only {Lives(window.Of(page), state => Show(DirectReads.Page(state, page)))}";
    }

    private static string? FindInRefusal(Window window, Operation read, ErrorReply refusal)
    {
        IEnumerable<string> tables = read switch
        {
            GetItem get => [get.TableName],
            BatchGetItem batch => batch.Tables.Select(table => table.TableName),
            _ => [((PageOperation)read).TableName],
        };
        bool isRight = read is PageOperation refused
            ? window.Of(refused).Any(state => DirectReads.Page(state, refused) is ErrorReply direct && direct.Error == refusal.Error)
            : tables.Any(name => window.Of(name, null).Any(state => state.Info is null));
        return isRight ? null : $"refused with {refusal.Error.Name}: {refusal.Error.Message}";
    }

    private static string? FindInCapacity(bool isHit, ReturnConsumedCapacity wanted, ConsumedCapacity? told) =>
        wanted == ReturnConsumedCapacity.NONE
        ? told is null ? null : "capacity that was not asked for"
        : told is null ? "no capacity"
        : isHit && told.TotalUnits != 0 ? "a hit that consumed something"
        : null;

    private static bool AreSame(PageReply direct, PageReply shown, IReadOnlyList<Item>? items)
    {
        if (direct.Count != shown.Count || direct.ScannedCount != shown.ScannedCount || direct.Items?.Count != items?.Count
            || !AreSame(direct.LastEvaluatedKey, shown.LastEvaluatedKey))
        {
            return false;
        }

        for (int i = 0; i < items?.Count; i++)
        {
            if (!AreSame(direct.Items![i], items[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreSame(Item? left, Item? right) =>
        left is null || right is null ? left == right : left.Json.Span.SequenceEqual(right.Json.Span);

    private static bool AreSame(AttributeMap? left, AttributeMap? right) =>
        left is null || right is null ? left == right : AttributeValue.FromMap(left).Equals(AttributeValue.FromMap(right));

    private static string Lives(IEnumerable<TableState> states, Func<TableState, string> show) =>
        string.Join(" or ", states.Select(show).Distinct().Take(4));

    private static string Show(Item? item) => item is null ? "none" : $"({Values.Show(item.Open())})";

    private static string Show(Reply reply) => reply is PageReply page ? Show(page, page.Items) : ((ErrorReply)reply).Error.Name;

    private static string Show(PageReply page, IReadOnlyList<Item>? items)
    {
        StringBuilder text = new($"{page.Count}/{page.ScannedCount}[");
        text.AppendJoin(", ", (items ?? []).Select(Show)).Append(']');
        return page.LastEvaluatedKey is { } last ? text.Append(" to ").Append(Values.Show(last)).ToString() : text.ToString();
    }

    /// <summary>What a read may have found.</summary>
    private sealed record Window(History History, ClientRead Read, bool IsGlobal, bool IsShared)
    {
        public IEnumerable<TableState> Of(string table, AttributeMap? key) =>
            History.PossibleFor(
                table, ClockFor(table), IsShared, (place, _) => key is not null && place.Equals(Design.KeyOf(table, key)),
                static row => row.Item);

        public IEnumerable<TableState> Of(PageOperation page)
        {
            IndexInfo? index = null;
            TableInfo? info = History[page.TableName].Info;
            if (info is null || (page.IndexName is { } name && !info.Indexes.TryGetValue(name, out index)))
            {
                return History.PossibleFor(
                    page.TableName, ClockFor(page.TableName), IsShared, static (_, _) => true, static row => row.Item);
            }

            PageOrder order = new(info, index, page);
            return History.PossibleFor(
                page.TableName,
                ClockFor(page.TableName),
                IsShared,
                (_, versions) => versions.Exists(version => version.Row is { } row && order.Includes(row.Attributes)),
                row => index is not { IsGlobal: true } ? row.Item
                    : index.Layout.Has(row.Attributes) && row.IsFilledInto(index) ? row.ProjectedInto(index, info.KeySchema)
                    : null);
        }

        private int ClockFor(string table) => IsGlobal ? Read.IndexClock : Read.PassedBy.Contains(table) ? Read.ReplicaClock : Read.Clock;
    }
}
