using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using DaxProxy.Core.Caching.Writes;

namespace DaxProxy.Core.Caching.Group;

/// <summary>What writes that are told mean to shared items: they end, with all rights to store them, when the writes are told.</summary>
/// <param name="Keys">Keys of items, and for how long none may be stored.</param>
/// <param name="IsAll">Whether all items end.</param>
/// <param name="Quiet">For how long none at all may be stored then.</param>
public sealed record SharedRaise(IReadOnlyDictionary<string, TimeSpan> Keys, bool IsAll, TimeSpan Quiet)
{
    /// <summary>
    /// What becomes of the items that effects are about. For as long as a read of the backend may miss the write, or the write may still
    /// arrive, nothing is stored.
    /// </summary>
    public static SharedRaise Of(IEnumerable<PeerEffect> effects, GroupTerms terms)
    {
        Dictionary<string, TimeSpan> keys = new(StringComparer.Ordinal);
        bool isAll = false;
        TimeSpan quiet = TimeSpan.Zero;
        foreach (PeerEffect effect in effects)
        {
            TimeSpan span = GroupTerms.AtLeast(terms.Settle + (effect.IsInDoubt ? terms.Doubt : TimeSpan.Zero));
            if (effect is PeerEffect.OfItem item)
            {
                string key = KeyOf(item.TableName, item.Key);
                keys[key] = keys.TryGetValue(key, out TimeSpan before) && before > span ? before : span;
                continue;
            }

            // An operation that goes on is kept out by those who watch it, from their next renewals on.
            isAll = true;
            span = effect is PeerEffect.OfBulkOperation ? QuietOf(terms) : span;
            quiet = span > quiet ? span : quiet;
        }

        return new SharedRaise(keys, isAll, quiet);
    }

    /// <summary>For how long nothing is shared after a renewal by a member that keeps tables out of its caches.</summary>
    public static TimeSpan QuietOf(GroupTerms terms) => GroupTerms.AtLeast((2 * terms.Lease) + terms.Settle);

    /// <summary>The key of an item: another for each table and key, of a length that does not depend on them.</summary>
    public static string KeyOf(string tableName, ReadOnlySpan<byte> key)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(tableName));
        hash.AppendData([0]);
        hash.AppendData(key);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return Base64Url.EncodeToString(digest);
    }
}
