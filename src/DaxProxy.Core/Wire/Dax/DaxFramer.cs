using System.Buffers;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;

namespace DaxProxy.Core.Wire.Dax;

/// <summary>Cuts what a client sends into the preamble and its requests.</summary>
/// <remarks>
/// <code>
/// connection = preamble { request }
/// preamble   = "J7yne5G" layering session attributes mode   ; five CBOR data items
/// request    = 1 method { argument }                        ; as many as the method takes
/// </code>
/// One per connection; not thread-safe. Remembers how far it has looked, so that a request which arrives in many pieces is looked through
/// once. Source: recorded sessions of the public clients.
/// </remarks>
/// <param name="maxRequestBytes">The longest request that is waited for.</param>
public sealed class DaxFramer(long maxRequestBytes = DaxFramer.DefaultMaxRequestBytes)
{
    /// <summary>The longest request by default: DynamoDB's 16 MiB for a batch, and some more for what is around the items.</summary>
    public const long DefaultMaxRequestBytes = 17L << 20;

    private const int PreambleItems = 5;
    private const int MaxPreambleBytes = 4096;
    private const int HeadItems = 2;
    private const int MaxHeadBytes = 18;
    private const int ServiceId = 1;

    private readonly CborSkipper skipper = new();
    private bool isGreeted;
    private DaxMethod? method;

    /// <summary>The text that every connection begins with.</summary>
    internal static ReadOnlySpan<byte> Magic => [0x67, (byte)'J', (byte)'7', (byte)'y', (byte)'n', (byte)'e', (byte)'5', (byte)'G'];

    /// <summary>
    /// Whether the next frame is whole. When it is, its bytes must be gone from the beginning of the buffer at the next call; until then,
    /// the buffer must begin with the same byte at each call.
    /// </summary>
    public DaxFraming TryRead(in ReadOnlySequence<byte> buffer, out DaxFrame frame)
    {
        frame = default;
        DaxFraming outcome = isGreeted ? ReadRequest(buffer) : ReadPreamble(buffer);
        if (outcome == DaxFraming.Complete)
        {
            frame = new DaxFrame(method, skipper.Position);
            isGreeted = true;
            method = null;
            skipper.Reset();
        }

        return outcome;
    }

    private DaxFraming ReadPreamble(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> begin = stackalloc byte[Magic.Length];
        int length = (int)Math.Min(buffer.Length, Magic.Length);
        buffer.Slice(0, length).CopyTo(begin);
        if (!begin[..length].SequenceEqual(Magic[..length]))
        {
            return DaxFraming.NotDax;
        }

        return skipper.Skip(buffer, PreambleItems, MaxPreambleBytes);
    }

    private DaxFraming ReadRequest(in ReadOnlySequence<byte> buffer)
    {
        if (method is null)
        {
            DaxFraming head = skipper.Skip(buffer, HeadItems, MaxHeadBytes);
            if (head != DaxFraming.Complete)
            {
                // Two integers of nine bytes each would have fitted.
                return head is DaxFraming.NeedsMore ? head : DaxFraming.Malformed;
            }

            Span<byte> bytes = stackalloc byte[MaxHeadBytes];
            buffer.Slice(0, skipper.Position).CopyTo(bytes);
            CborReader reader = new(bytes[..(int)skipper.Position]);
            if (!reader.TryReadInt64(out long service) || service != ServiceId || !reader.TryReadInt64(out long id))
            {
                return DaxFraming.Malformed;
            }

            method = DaxMethod.Find(id);
            if (method is null)
            {
                return DaxFraming.UnknownMethod;
            }
        }

        return skipper.Skip(buffer, HeadItems + method.Arguments, maxRequestBytes);
    }
}
