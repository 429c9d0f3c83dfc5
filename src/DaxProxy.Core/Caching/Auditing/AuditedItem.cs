using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Auditing;

/// <summary>An item that the item cache answered.</summary>
internal sealed class AuditedItem(CachedBackend caches, ItemCache items, CachedItem item) : AuditedHit(item.Table)
{
    /// <inheritdoc/>
    public override (long, long)? Version => items.VersionOf(item) is { } version ? (version, 0) : null;

    /// <summary>The key that the entry is of, out of its bytes: an absence has no attributes.</summary>
    private AttributeMap Key
    {
        get
        {
            KeySchema schema = item.KeySchema;
            ReadOnlySpan<byte> key = item.Key[CatalogTable.PrefixBytes..];
            if (!schema.HasRange)
            {
                return new()
                {
                    [schema.HashName] = schema.HashType == AttributeType.N
                        ? KeyEncoding.ReadSelfDelimiting(schema.HashType, key, out _)
                        : KeyEncoding.ReadRaw(schema.HashType, key),
                };
            }

            AttributeValue hash = KeyEncoding.ReadSelfDelimiting(schema.HashType, key, out int bytes);
            return new()
            {
                [schema.HashName] = hash,
                [schema.RangeName!] = KeyEncoding.ReadOrdered(schema.RangeType, key[bytes..]),
            };
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<(bool? IsSame, long Units)> CompareAsync(IDynamoBackend backend, CancellationToken cancellationToken)
    {
        GetItem read = new() { TableName = Table.Info.TableName, Key = Key, ConsistentRead = true };
        return await backend.ExecuteAsync(read, cancellationToken).ConfigureAwait(false) is GetItemReply got
            ? (IsSame(item.Item, got.Item), Math.Max(1, ((long)(got.Item?.SizeBytes ?? 0) + 4095) / 4096))
            : (null, 1);
    }

    /// <inheritdoc/>
    public override void Drop() => caches.Evict(Table.Info.TableName, Key);
}
