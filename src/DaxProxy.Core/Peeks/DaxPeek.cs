using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Policies;
using DaxProxy.Core.Tables;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;

namespace DaxProxy.Core.Peeks;

/// <summary>The short way of a plain GetItem: from the request's bytes to the cached item, without an operation in between.</summary>
/// <remarks>
/// Only an optimisation: it says yes where the full flow would have answered the same from the cache, and no to everything it is not sure
/// of: options, keys that do not fit, a table not known yet, a miss, an item that should be fetched again. The key's bytes are not the
/// item's identity until they are spelt our way, as clients spell numbers differently. Throws nothing; allocates nothing for what a client
/// sends.
/// </remarks>
public static class DaxPeek
{
    private const int MaxFrameBytes = 8192;
    private const int SmallKeyBytes = 256;

    /// <summary>The cached answer to this request, if that is all it takes; counts a hit, but no miss.</summary>
    /// <param name="frame">A whole request whose method is GetItem.</param>
    /// <param name="catalog">The tables.</param>
    /// <param name="cache">The items.</param>
    /// <param name="access">What the caller may do; null where everyone may do everything.</param>
    /// <param name="item">The entry.</param>
    public static bool TryServe(
        ReadOnlySpan<byte> frame, TableCatalog catalog, ItemCache cache, Access? access, [NotNullWhen(true)] out CachedItem? item)
    {
        item = null;
        try
        {
            return frame.Length <= MaxFrameBytes
                && TryRead(frame, out ReadOnlySpan<byte> tableName, out ReadOnlySpan<byte> key)
                && catalog.TryGet(tableName, out CatalogTable? table)
                && table.Settings.AnswersAtOnce
                && table.IsFresh
                && (access is null || MayRead(access, table.Info, key))
                && TryFind(table, key, cache, out item);
        }
        catch (FormatException)
        {
            // The full flow has words for it.
            return false;
        }
    }

    /// <summary>Whether policies let the caller read the item; a partition key that is no text is left to the full flow.</summary>
    private static bool MayRead(Access access, TableInfo table, ReadOnlySpan<byte> key)
    {
        KeySchema schema = table.KeySchema;
        ReadOnlySpan<byte> hash = key;
        if (schema.HasRange && schema.HashType == AttributeType.S)
        {
            CborHead head = CborHead.Read(key);
            if (head.Major != CborHead.Text || head.Argument > (ulong)(key.Length - head.Bytes))
            {
                return false;
            }

            hash = key.Slice(head.Bytes, (int)head.Argument);
        }

        return access.MayPeek(PeekUse.DaxGetItem, table.TableName, schema.HashType, hash);
    }

    /// <summary>Takes the arguments apart; false where there is any option that says something.</summary>
    private static bool TryRead(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> tableName, out ReadOnlySpan<byte> key)
    {
        CborReader arguments = DaxFrame.ArgumentsOf(frame);
        tableName = arguments.ReadBytes();
        key = arguments.ReadBytes();
        if (arguments.TryReadNull())
        {
            return arguments.IsAtEnd;
        }

        int options = arguments.ReadMap();
        while (arguments.HasNext(ref options))
        {
            // Clients may write what is the default: no consistent read, no capacity.
            bool isDefault = arguments.ReadInt32() switch
            {
                2 => arguments.PeekByte() is 0xf4 or 0x00,
                3 => arguments.PeekByte() == 0x00,
                _ => false,
            };
            if (!isDefault)
            {
                return false;
            }

            arguments.Skip();
        }

        return arguments.IsAtEnd;
    }

    private static bool TryFind(CatalogTable table, ReadOnlySpan<byte> key, ItemCache cache, [NotNullWhen(true)] out CachedItem? item)
    {
        // Another spelling of a number may be longer than this one, but never by more than the longest of all is.
        if (key.Length > SmallKeyBytes - (2 * KeyEncoding.MaxNumberBytes))
        {
            return TryFindLong(table, key, cache, out item);
        }

        Span<byte> bytes = stackalloc byte[CatalogTable.PrefixBytes + SmallKeyBytes];
        return TryFind(table, key, cache, bytes, out item);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryFindLong(CatalogTable table, ReadOnlySpan<byte> key, ItemCache cache, [NotNullWhen(true)] out CachedItem? item)
    {
        Span<byte> bytes = stackalloc byte[CatalogTable.PrefixBytes + KeyEncoding.MaxKeyBytes];
        return TryFind(table, key, cache, bytes, out item);
    }

    private static bool TryFind(
        CatalogTable table, ReadOnlySpan<byte> key, ItemCache cache, Span<byte> cacheKey, [NotNullWhen(true)] out CachedItem? item)
    {
        item = null;
        table.WritePrefix(cacheKey);
        return TryRespell(table.Info.KeySchema, key, cacheKey[CatalogTable.PrefixBytes..], out int length)
            && cache.TryGetFresh(cacheKey[..(CatalogTable.PrefixBytes + length)], out item);
    }

    /// <summary>Writes the key as <see cref="ItemKey"/> does; false if it is none.</summary>
    internal static bool TryRespell(KeySchema schema, ReadOnlySpan<byte> key, Span<byte> destination, out int length)
    {
        length = 0;
        if (!schema.HasRange)
        {
            return schema.HashType == AttributeType.N
                ? TryWriteNumber(key, out int read, destination, out length) && read == key.Length
                : TryWriteRaw(schema.HashType, key, KeyRules.MaxHashBytes, destination, out length);
        }

        if (!TryWriteHash(schema.HashType, key, out int hashBytes, destination, out length))
        {
            return false;
        }

        ReadOnlySpan<byte> range = key[hashBytes..];
        int rangeBytes;
        if (schema.RangeType == AttributeType.N)
        {
            rangeBytes = LexDecimal.Write(LexDecimal.Read(range), destination[length..]);
        }
        else if (!TryWriteRaw(schema.RangeType, range, KeyRules.MaxRangeBytes, destination[length..], out rangeBytes))
        {
            return false;
        }

        length += rangeBytes;
        return true;
    }

    private static bool TryWriteHash(AttributeType type, ReadOnlySpan<byte> key, out int read, Span<byte> destination, out int length)
    {
        if (type == AttributeType.N)
        {
            return TryWriteNumber(key, out read, destination, out length);
        }

        CborHead head = CborHead.Read(key);
        length = 0;
        read = 0;
        int major = type == AttributeType.S ? CborHead.Text : CborHead.Binary;
        if (head.Major != major || head.Argument > (ulong)(key.Length - head.Bytes))
        {
            return false;
        }

        read = head.Bytes + (int)head.Argument;
        int headBytes = CborHead.Write(major, head.Argument, destination);
        bool isKey = TryWriteRaw(type, key[head.Bytes..read], KeyRules.MaxHashBytes, destination[headBytes..], out int contentBytes);
        length = headBytes + contentBytes;
        return isKey;
    }

    private static bool TryWriteNumber(ReadOnlySpan<byte> source, out int read, Span<byte> destination, out int length)
    {
        bool isNumber = CborNumber.Read(source, out read, out Number number) == NumberFault.None;
        length = isNumber ? CborNumber.Write(number, destination) : 0;
        return isNumber;
    }

    private static bool TryWriteRaw(AttributeType type, ReadOnlySpan<byte> value, int maxBytes, Span<byte> destination, out int length)
    {
        length = value.Length;
        return value.Length > 0 && value.Length <= maxBytes
            && (type == AttributeType.B || Utf8.IsValid(value))
            && value.TryCopyTo(destination);
    }
}
