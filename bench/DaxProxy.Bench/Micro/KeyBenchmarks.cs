using BenchmarkDotNet.Attributes;
using DaxProxy.Core.Items;

namespace DaxProxy.Bench.Micro;

/// <summary>Numbers from their text, and keys to their encoding.</summary>
public class KeyBenchmarks
{
    private readonly KeySchema textOnly = new("pk", AttributeType.S);
    private readonly KeySchema textAndNumber = new("pk", AttributeType.S, "sk", AttributeType.N);
    private readonly AttributeValue text = AttributeValue.FromString("user#0000000");
    private readonly AttributeValue number = AttributeValue.FromNumber(Parse("1700000000.125"u8));

    [Benchmark]
    public int TextKey() => Write(textOnly, text, null);

    [Benchmark]
    public int TextAndNumberKey() => Write(textAndNumber, text, number);

    [Benchmark]
    public int ShortNumber() => Parse("42"u8).SizeBytes;

    [Benchmark]
    public int LongNumber() => Parse("-3.1415926535897932384626433832795028841E-17"u8).SizeBytes;

    private static int Write(KeySchema schema, AttributeValue hash, AttributeValue? range)
    {
        Span<byte> bytes = stackalloc byte[128];
        return ItemKey.TryWrite(schema, hash, range, bytes, out int written) ? written : throw new InvalidOperationException();
    }

    private static Number Parse(ReadOnlySpan<byte> digits) =>
        Number.TryParse(digits, out Number parsed) == NumberFault.None ? parsed : throw new InvalidOperationException();
}
