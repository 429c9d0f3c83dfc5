using System.Text;

namespace DaxProxy.Conformance.Compared;

/// <summary>Compares answers of a server with those of a proxy in front of an equal one, and counts what it found. Thread-safe.</summary>
/// <param name="isOneProduct">
/// Whether server and proxy are one product, so that headers are compared too, and bodies byte by byte; else in the order of
/// <see cref="PlainOrder"/>.
/// </param>
/// <param name="onDifference">Told of each difference.</param>
internal sealed class Comparison(bool isOneProduct, Action<Difference> onDifference)
{
    private readonly VolatileText ids = new();
    private int compared;
    private int identical;
    private int hits;

    /// <summary>Whether server and proxy are one product.</summary>
    public bool IsOneProduct => isOneProduct;

    /// <summary>A request as the client of the direct server would send it.</summary>
    public byte[] Translate(byte[] request)
    {
        string text = Encoding.UTF8.GetString(request);
        string translated = ids.Translate(text);
        return ReferenceEquals(text, translated) ? request : Encoding.UTF8.GetBytes(translated);
    }

    /// <summary>Compares two answers to one request.</summary>
    public void Compare(ComparedRequest request, Answer direct, Answer proxied)
    {
        bool isHit = proxied.CacheStatus is { } cache
            && (cache.Contains("; hit", StringComparison.Ordinal) || cache.EndsWith("fwd=partial", StringComparison.Ordinal));
        Interlocked.Increment(ref compared);
        Interlocked.Add(ref hits, isHit ? 1 : 0);
        if (direct.Status == proxied.Status
            && direct.Body.AsSpan().SequenceEqual(proxied.Body)
            && (!isOneProduct || direct.Headers.SequenceEqual(proxied.Headers)))
        {
            Interlocked.Increment(ref identical);
            return;
        }

        if (Find(direct, proxied, isHit) is { } fault)
        {
            onDifference(new Difference(request, fault, direct, proxied));
        }
        else
        {
            ids.Learn(direct.Text, proxied.Text);
        }
    }

    /// <summary>What was found so far.</summary>
    public override string ToString() =>
        $"{compared} answers compared, {hits} of them from a cache: {identical} identical, {compared - identical} equal but for {(isOneProduct ? "" : "order, ")}instants, ids and the capacity of hits or different";

    private string? Find(Answer direct, Answer proxied, bool isHit)
    {
        if (direct.Status != proxied.Status)
        {
            return "status";
        }

        string one = Mask(direct.Text, isHit), other = Mask(proxied.Text, isHit);
        if (one != other && (isOneProduct || PlainOrder.Of(one) != PlainOrder.Of(other)))
        {
            return "body";
        }

        return isOneProduct && !(direct.HeadersOfItsOwn.SequenceEqual(proxied.HeadersOfItsOwn) && direct.IsSound && proxied.IsSound)
            ? "headers"
            : null;
    }

    private static string Mask(string text, bool isHit) =>
        VolatileText.Mask(isHit ? VolatileText.MaskCapacity(text) : text);
}
