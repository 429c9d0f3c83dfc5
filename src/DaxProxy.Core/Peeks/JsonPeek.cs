using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Policies;
using DaxProxy.Core.Tables;
using DaxProxy.Core.Wire.Json;

namespace DaxProxy.Core.Peeks;

/// <summary>The short way of a plain GetItem: from the body's bytes to the cached answer, without an operation in between.</summary>
/// <remarks>
/// Only an optimisation: it says yes where the full flow would have answered the same from the cache, and no to everything it is not sure
/// of: escapes, unknown or repeated members, options, keys that do not fit, a table not known yet, a miss, an item that should be fetched
/// again. Allocates and throws nothing.
/// </remarks>
public static class JsonPeek
{
    private const int MaxBodyBytes = 8192;
    private const int SmallKeyBytes = 256;

    /// <summary>Room for what an encoding adds to two values, and for two numbers whatever their spelling.</summary>
    private const int EncodingBytes = 2 * 64;

    /// <summary>The cached answer to this body, if that is all it takes; counts a hit, but no miss.</summary>
    /// <param name="body">The body.</param>
    /// <param name="catalog">The tables.</param>
    /// <param name="cache">The items.</param>
    /// <param name="access">What the caller may do; null where everyone may do everything.</param>
    /// <param name="item">The entry.</param>
    public static bool TryServe(
        ReadOnlySpan<byte> body, TableCatalog catalog, ItemCache cache, Access? access, [NotNullWhen(true)] out CachedItem? item)
    {
        item = null;
        return body.Length <= MaxBodyBytes
            && PeekedGetItem.TryRead(body, out PeekedGetItem request)
            && catalog.TryGet(request.TableName, out CatalogTable? table)
            && table.Settings.AnswersAtOnce
            && table.IsFresh
            && request.TryOrder(table.Info.KeySchema)
            && (access is null || access.MayPeek(PeekUse.JsonGetItem, table.Info.TableName, request.Hash.Type, request.Hash.Value))
            && TryFind(table, request, cache, out item);
    }

    private static bool TryFind(CatalogTable table, in PeekedGetItem request, ItemCache cache, [NotNullWhen(true)] out CachedItem? item)
    {
        if (request.Hash.Value.Length + request.Range.Value.Length > SmallKeyBytes - EncodingBytes)
        {
            return TryFindLong(table, request, cache, out item);
        }

        // Room on the stack is cleared before it is used: what nearly every key needs is a tenth of what the longest may.
        Span<byte> bytes = stackalloc byte[CatalogTable.PrefixBytes + SmallKeyBytes];
        return TryFind(table, request, cache, bytes, out item);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryFindLong(CatalogTable table, in PeekedGetItem request, ItemCache cache, [NotNullWhen(true)] out CachedItem? item)
    {
        Span<byte> bytes = stackalloc byte[CatalogTable.PrefixBytes + KeyEncoding.MaxKeyBytes];
        return TryFind(table, request, cache, bytes, out item);
    }

    private static bool TryFind(
        CatalogTable table, in PeekedGetItem request, ItemCache cache, Span<byte> cacheKey, [NotNullWhen(true)] out CachedItem? item)
    {
        item = null;
        table.WritePrefix(cacheKey);
        Span<byte> bytes = cacheKey[CatalogTable.PrefixBytes..];
        bool hasRange = table.Info.KeySchema.HasRange;
        int rangeBytes = 0;
        if (!TryWrite(request.Hash, hasRange ? Form.SelfDelimiting : Form.Alone, KeyRules.MaxHashBytes, bytes, out int hashBytes)
            || (hasRange && !TryWrite(request.Range, Form.Ordered, KeyRules.MaxRangeBytes, bytes[hashBytes..], out rangeBytes)))
        {
            return false;
        }

        return cache.TryGetFresh(cacheKey[..(CatalogTable.PrefixBytes + hashBytes + rangeBytes)], out item);
    }

    /// <summary>Writes a key value as <see cref="ItemKey"/> does; false if it is none.</summary>
    private static bool TryWrite(in PeekedGetItem.Part part, Form form, int maxBytes, Span<byte> destination, out int bytesWritten)
    {
        bytesWritten = 0;
        ReadOnlySpan<byte> value = part.Value;
        if (part.Type == AttributeType.N)
        {
            if (Number.TryParse(value, out Number number) != NumberFault.None)
            {
                return false;
            }

            bytesWritten = form == Form.Ordered ? LexDecimal.Write(number, destination) : CborNumber.Write(number, destination);
            return true;
        }

        bool isText = part.Type == AttributeType.S;
        int length = isText ? value.Length : Base64Length(value);
        if (length < 1 || length > maxBytes)
        {
            return false;
        }

        int head = form == Form.SelfDelimiting
            ? CborHead.Write(isText ? CborHead.Text : CborHead.Binary, (ulong)length, destination)
            : 0;
        bytesWritten = head + length;
        Span<byte> raw = destination[head..bytesWritten];
        return isText ? Utf8.IsValid(value) && value.TryCopyTo(raw) : TryDecode(value, raw);
    }

    /// <summary>Bytes that padded base64 stands for; negative if it has another length.</summary>
    private static int Base64Length(ReadOnlySpan<byte> text) => text.Length < 4 || text.Length % 4 != 0
        ? -1
        : (text.Length / 4 * 3) - (text[^1] == '=' ? 1 : 0) - (text[^2] == '=' ? 1 : 0);

    /// <summary>Decodes base64 of the one spelling that an encoder produces: no blanks, no stray bits before the padding.</summary>
    private static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        if (text.Contains((byte)' ')
            || Base64.DecodeFromUtf8(text, destination, out _, out int written) != OperationStatus.Done || written != destination.Length)
        {
            return false;
        }

        Span<byte> last = stackalloc byte[4];
        int tail = written % 3 == 0 ? 3 : written % 3;
        return Base64.EncodeToUtf8(destination[^tail..], last, out _, out _) == OperationStatus.Done && last.SequenceEqual(text[^4..]);
    }

    private enum Form
    {
        Alone,
        SelfDelimiting,
        Ordered,
    }
}
