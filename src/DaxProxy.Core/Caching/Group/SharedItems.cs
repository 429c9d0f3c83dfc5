using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Group;

/// <summary>The items that members of a group keep for each other, as this member sees them.</summary>
/// <remarks>Thread-safe. What may be given, and why that is right, is in <c>DESIGN.md</c>.</remarks>
/// <param name="channel">How they are reached.</param>
/// <param name="time">The clock.</param>
/// <param name="mayLook">Whether what is shared under a table and a key has ended with every write that was acknowledged.</param>
/// <param name="isSharing">Whether this member shares what it fetches.</param>
/// <param name="newTicket">Names a right to share: hexadecimal digits that were never used before.</param>
internal sealed class SharedItems(
    IGroupChannel channel,
    TimeProvider time,
    Func<string, ReadOnlyMemory<byte>, bool> mayLook,
    Func<bool> isSharing,
    Func<string> newTicket)
    : ISharedItems
{
    /// <summary>The longest life that a shared item is given.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private long hits;
    private long misses;
    private long faults;

    /// <inheritdoc/>
    public async ValueTask<SharedLook> LookAsync(CacheKey key)
    {
        TableInfo table = key.Table.Info;
        if (!mayLook(table.TableName, key.Bytes.AsMemory(CatalogTable.PrefixBytes)))
        {
            return default;
        }

        try
        {
            long sentAt = time.GetTimestamp();
            SharedAnswer answer = await channel.LookAsync(NameOf(key), newTicket()).ConfigureAwait(false);
            TimeSpan left = answer.Left - time.GetElapsedTime(sentAt);
            if (SharedValue.TryRead(answer.Value, table.TableId, out Item? item, out bool hasNoEnd) && left > TimeSpan.Zero)
            {
                Interlocked.Increment(ref hits);
                return new SharedLook(new SharedItem(item, hasNoEnd ? null : left), null);
            }

            Interlocked.Increment(ref misses);
            return new SharedLook(null, answer.Ticket);
        }
        catch (Exception)
        {
            // The backend knows.
            Interlocked.Increment(ref faults);
            return default;
        }
    }

    /// <inheritdoc/>
    public void Share(CacheKey key, string ticket, CachedItem item)
    {
        bool hasNoEnd = item.ExpiresAt == DateTimeOffset.MaxValue;
        TimeSpan life = hasNoEnd ? Longest : item.ExpiresAt - time.GetUtcNow();
        if (life > TimeSpan.Zero && SharedValue.Write(key.Table.Info.TableId, item.Item, hasNoEnd) is { } value)
        {
            life = life < Longest ? life : Longest;
            _ = TryAsync(channel => channel.StoreAsync(NameOf(key), ticket, value, life));
        }
    }

    /// <inheritdoc/>
    public void Forget(CacheKey key) => _ = TryAsync(channel => channel.ForgetAsync(NameOf(key)));

    /// <summary>Adds what has happened here.</summary>
    public GroupFigures CountOn(GroupFigures figures) => figures with
    {
        SharedHits = Interlocked.Read(ref hits),
        SharedMisses = Interlocked.Read(ref misses),
        SharedFaults = Interlocked.Read(ref faults),
    };

    private static string NameOf(in CacheKey key) =>
        SharedRaise.KeyOf(key.Table.Info.TableName, key.Bytes.AsSpan(CatalogTable.PrefixBytes));

    /// <summary>Does what no one waits for, and what need not be done.</summary>
    private async Task TryAsync(Func<IGroupChannel, Task> act)
    {
        if (!isSharing())
        {
            return;
        }

        try
        {
            await act(channel).ConfigureAwait(false);
        }
        catch (Exception)
        {
            Interlocked.Increment(ref faults);
        }
    }
}
