using System.Buffers;
using DaxProxy.Core.Items;
using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Core.Wire.Dax;

/// <summary>What a node answers to <see cref="PeerCalls.WriteQuestion"/>, read as it arrives: names, or the name of a refusal.</summary>
/// <remarks>
/// <code>
/// answer = [] [ name … ] | [ code … ] message [ requestId, name, … ]
/// </code>
/// One per question; not thread-safe. No more of it is waited for than the longest list can take.
/// </remarks>
public sealed class PeerAnswer
{
    /// <summary>The head of a name is never longer than the name; the rest is the heads of the arrays.</summary>
    private const int MaxNamesBytes = (2 * AttributeNames.MaxBytes) + 16;

    private const int MaxRefusalBytes = 4096;
    private const int NamesItems = 2;
    private const int RefusalItems = 3;

    /// <summary>An empty array.</summary>
    private const byte Success = 0x80;

    private readonly CborSkipper skipper = new();

    /// <summary>The names; null as long as they are not whole, and with a refusal.</summary>
    public AttributeNames? Names { get; private set; }

    /// <summary>The name of the error: <c>ValidationException</c> where the number is not known.</summary>
    public string? Refusal { get; private set; }

    /// <summary>
    /// Whether the answer is whole. The buffer must begin with its first byte at each call. Neither <see cref="DaxFraming.Complete"/> nor
    /// <see cref="DaxFraming.NeedsMore"/>: it is none of a node's.
    /// </summary>
    public DaxFraming TryRead(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return DaxFraming.NeedsMore;
        }

        byte first = buffer.FirstSpan[0];
        if (first >> 5 != CborHead.Array)
        {
            return DaxFraming.Malformed;
        }

        bool isRefusal = first != Success;
        DaxFraming framing = skipper.Skip(buffer, isRefusal ? RefusalItems : NamesItems, isRefusal ? MaxRefusalBytes : MaxNamesBytes);
        return framing == DaxFraming.Complete && !TryRead(buffer.Slice(0, skipper.Position).ToArray(), isRefusal)
            ? DaxFraming.Malformed
            : framing;
    }

    private bool TryRead(ReadOnlySpan<byte> answer, bool isRefusal)
    {
        try
        {
            CborReader reader = new(answer);
            reader.Skip();
            if (!isRefusal)
            {
                Names = DaxServiceCalls.ReadNames(ref reader) is { Count: > 0, IsTooLong: false } names ? names : null;
                return Names is not null;
            }

            reader.Skip();
            reader.ReadArray();
            reader.Skip();
            Refusal = reader.ReadText();
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
