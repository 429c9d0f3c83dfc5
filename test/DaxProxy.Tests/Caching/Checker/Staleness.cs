using System.Globalization;
using System.Text.RegularExpressions;
using DaxProxy.Core.Caching.Writes;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>
/// What an answer past the end of its life has to keep to besides the second law: its bound, that it is not for a consistent read, and that
/// no write of the item is in flight or may still arrive.
/// </summary>
internal sealed partial class Staleness(CheckedCaches caches)
{
    private readonly Dictionary<string, DateTimeOffset> fetched = [];
    private readonly List<(DateTimeOffset Until, Operation Write)> doubts = [];

    /// <summary>Whether an answer is marked as one past the end of its life.</summary>
    public static bool IsStale(Reply reply) => reply.Cache?.ToString().Contains("stale", StringComparison.Ordinal) == true;

    /// <summary>A fetch is answered.</summary>
    public void NoteFetch(string name) => fetched[name] = caches.Time.GetUtcNow();

    /// <summary>The answer to a write is lost.</summary>
    public void NoteLoss(Operation write) => doubts.Add((caches.Time.GetUtcNow() + CheckedCaches.DoubtWindow, write));

    /// <summary>What is wrong with such an answer; null for nothing.</summary>
    public string? Find(Operation read, string? name, Reply reply, IEnumerable<ClientWrite> writes)
    {
        DateTimeOffset now = caches.Time.GetUtcNow();
        double life = double.Parse(Life().Match(reply.Cache!.ToString()!).Groups[1].Value, CultureInfo.InvariantCulture);
        if (life > 0 || -life > CheckedCaches.Grace.TotalSeconds)
        {
            return $"answered with a life of {life} s";
        }

        switch (read)
        {
            case GetItem { ConsistentRead: true } or PageOperation { ConsistentRead: true }:
                return "a consistent read is answered from before";
            case PageOperation when now - fetched.GetValueOrDefault(name!) >= CheckedCaches.QueryTimeToLive + CheckedCaches.Grace:
                return "the page was fetched too long ago";
            case GetItem get:
                ItemKey key = Design.KeyOf(get.TableName, get.Key.Value!);
                return writes.Any(write => Writes(write.Call.Operation, get.TableName, key)) ? "a write of the item is in flight"
                    : doubts.Exists(doubt => now < doubt.Until
                        && Writes(doubt.Write, get.TableName, key)) ? "a write of the item may still arrive"
                    : null;
            default:
                return null;
        }
    }

    private static bool Writes(Operation operation, string table, ItemKey key) => (operation switch
    {
        TransactWriteItems transaction => transaction.Actions.OfType<WriteOperation>().Select(PlannedWrite.Of),
        BatchWriteItem batch => batch.Writes.Select(PlannedWrite.Of),
        WriteOperation single => [PlannedWrite.Of(single)],
        _ => [],
    }).Any(write => !write.IsCheck && write.TableName == table && Design.KeyOf(table, write.Attributes).Equals(key));

    [GeneratedRegex("ttl=(-?[0-9]+)")]
    private static partial Regex Life();
}
