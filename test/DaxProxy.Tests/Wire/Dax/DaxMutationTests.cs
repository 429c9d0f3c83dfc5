using System.Buffers;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Peeks;
using DaxProxy.Core.Tables;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;
using NUnit.Framework;

namespace DaxProxy.Tests.Wire.Dax;

/// <summary>
/// Recorded requests with something changed: whatever it is, it is refused or read, and takes no more than its length allows.
/// </summary>
public sealed class DaxMutationTests
{
    /// <summary>A number in one byte is an object of 56, a key with its map some hundred; and there is what any request takes.</summary>
    private const long MaxBytesPerByte = 1500;
    private const long MaxBytesAnyway = 65_536;

    private static readonly byte[][] Frames = [.. DaxVectors.Frames.Select(vector => vector.Bytes)];
    private static readonly byte[] Preamble = DaxVectors.Preambles.First().Bytes;

    /// <summary>Heads that claim much, and others that mean something.</summary>
    private static readonly byte[] Interesting =
    [
        0x00, 0x17, 0x18, 0x1b, 0x20, 0x3b, 0x40, 0x5a, 0x5b, 0x5f, 0x60, 0x7a, 0x7f, 0x80, 0x82, 0x83, 0x9a, 0x9b, 0x9f, 0xa0, 0xba, 0xbb,
        0xbf,
        0xc2, 0xc3, 0xc4, 0xd9, 0xf4, 0xf6, 0xf9, 0xfb, 0xff,
    ];

    [Test]
    public void Requests_Changed_AreReadOrRefused([Range(1, 8)] int seed) => Run(seed, 4000);

    [Test, Explicit("A million and more: minutes")]
    public void Requests_ChangedAMillionTimes_AreReadOrRefused() => Run(20_260_123, 1_500_000);

    private static void Run(int seed, int mutations)
    {
        Random random = new(seed);
        int complete = 0;
        int read = 0;
        long worst = 0;
        Warm();
        for (int i = 0; i < mutations; i++)
        {
            byte[] bytes = Mutate(random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Read(bytes, ref complete, ref read);
            }
            catch (Exception fault) when (fault is not AssertionException)
            {
                Assert.Fail($"seed {seed}, mutation {i}: {Convert.ToHexStringLower(bytes)}\n{fault}");
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            worst = Math.Max(worst, allocated);
            if (allocated > MaxBytesAnyway + (MaxBytesPerByte * bytes.Length))
            {
                Assert.Fail($"seed {seed}, mutation {i}: {allocated} bytes for {Convert.ToHexStringLower(bytes)}");
            }
        }

        TestContext.Out.WriteLine($"{mutations} mutations: {complete} whole, {read} read; at most {worst} bytes allocated for one");
        Assert.That(complete, Is.GreaterThan(mutations / 10));
        Assert.That(read, Is.GreaterThan(mutations / 100));
    }

    /// <summary>Makes the allocations that happen once, at the first use, so that no frame is blamed for them.</summary>
    private static void Warm()
    {
        int ignored = 0;
        foreach (byte[] frame in Frames)
        {
            Read(frame, ref ignored, ref ignored);
        }
    }

    private static void Read(byte[] bytes, ref int complete, ref int read)
    {
        DaxFramer framer = new(1 << 20);
        framer.TryRead(new ReadOnlySequence<byte>(Preamble), out _);
        if (framer.TryRead(new ReadOnlySequence<byte>(bytes), out DaxFrame frame) != DaxFraming.Complete)
        {
            return;
        }

        complete++;
        ReadOnlySpan<byte> whole = bytes.AsSpan(0, (int)frame.Bytes);
        DaxServiceCalls.ReadUserAgent(whole);
        if (!frame.Method!.IsDataOperation)
        {
            DaxServiceCalls.ReadAuthorization(whole);
            DaxServiceCalls.ReadTableName(whole);
            DaxServiceCalls.ReadAttributeListId(whole);
            DaxServiceCalls.ReadAttributeNames(whole);
            return;
        }

        foreach (TableInfo table in DaxVectors.Tables.Values)
        {
            Respell(whole, table.KeySchema);
        }

        IReadOnlyDictionary<int, AttributeNames> lists = DaxVectors.ListsOf("js1");
        if (DaxNeeds.TryFind(frame.Method, whole, out DaxNeeds needs) is null)
        {
            Assert.That(needs.Tables, Has.Count.LessThanOrEqualTo(128));
        }

        DynamoError? error = DaxRequest.TryRead(
            frame.Method, whole, DaxVectors.Tables, lists, ValidationProfile.October2026, out Operation? operation);
        Assert.That(error is null, Is.EqualTo(operation is not null));
        read += error is null ? 1 : 0;
    }

    /// <summary>The peek's way with keys: what it writes for a key is what the full flow writes.</summary>
    private static void Respell(ReadOnlySpan<byte> frame, KeySchema schema)
    {
        Span<byte> destination = stackalloc byte[KeyEncoding.MaxKeyBytes];
        ReadOnlySpan<byte> key = frame[Math.Max(0, frame.Length - 12)..];
        try
        {
            if (DaxPeek.TryRespell(schema, key, destination, out int length))
            {
                ItemKey expected = ItemKey.Of(schema, new ItemKey(key.ToArray()).Decode(schema));
                Assert.That(destination[..length].SequenceEqual(expected.Bytes.Span), Is.True);
            }
        }
        catch (FormatException)
        {
            // The peek's own fault, caught where it begins.
        }
    }

    private static byte[] Mutate(Random random)
    {
        List<byte> bytes = [.. Frames[random.Next(Frames.Length)]];
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int at = random.Next(Math.Min(6, bytes.Count), bytes.Count + 1);
            if (at == bytes.Count)
            {
                continue;
            }

            switch (random.Next(8))
            {
                case 0:
                    bytes.Insert(at, Interesting[random.Next(Interesting.Length)]);
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                case 2:
                    byte[] other = Frames[random.Next(Frames.Length)];
                    int from = random.Next(other.Length);
                    bytes.InsertRange(at, other[from..random.Next(from, Math.Min(other.Length, from + 40) + 1)]);
                    break;
                case 3:
                    bytes[at] = Interesting[random.Next(Interesting.Length)];
                    break;
                case 4:
                    bytes[at] = (byte)random.Next(256);
                    break;
                default:
                    // Small steps keep most of the structure and change what it says.
                    bytes[at] = (byte)(bytes[at] + random.Next(-2, 3));
                    break;
            }
        }

        return [.. bytes];
    }
}
