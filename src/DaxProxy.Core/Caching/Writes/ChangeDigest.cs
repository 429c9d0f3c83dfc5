using System.Security.Cryptography;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Writes;

/// <summary>What tells changes of items apart; the order of their attributes does not matter.</summary>
internal static class ChangeDigest
{
    /// <summary>A change with both images known.</summary>
    public static ItemChange Of(KeySchema schema, Item? old, Item? updated)
    {
        AttributeMap before = old?.Open() ?? [], after = updated?.Open() ?? [];
        List<string> names =
        [
            .. before.Keys.Union(after.Keys).Where(name => !schema.Contains(name)
                && !(before.TryGetValue(name, out AttributeValue? was)
                    && after.TryGetValue(name, out AttributeValue? becomes)
                    && was.Equals(becomes))),
        ];
        return new ItemChange(
            old is null ? [] : Of(before), updated is null ? [] : Of(after), names.Count > ItemChange.MostNames ? null : names);
    }

    /// <summary>A write with what is known of its effect.</summary>
    public static OwnWrite Of(byte[] key, PlannedWrite write, WriteImages images) => new(
        key, !images.IsOldKnown ? null : Of(images.Old), Of(images.New), write.Touched);

    private static byte[] Of(Item? item) => item is null ? [] : Of(item.Open());

    private static byte[] Of(AttributeMap item)
    {
        CanonicalWriter canonical = new();
        canonical.Map(item);
        return SHA256.HashData(canonical.Written);
    }
}
