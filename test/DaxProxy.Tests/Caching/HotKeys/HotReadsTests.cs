using System.Text;
using DaxProxy.Core.Caching.HotKeys;
using NUnit.Framework;

namespace DaxProxy.Tests.Caching.HotKeys;

/// <summary>Rates as they are now, with threads at once, and for nothing.</summary>
public sealed class HotReadsTests
{
    private readonly ManualTime time = new();

    [Test]
    public void Rates_FollowWhatIsReadNow()
    {
        HotReads<string> reads = new(1, time);
        for (int second = 0; second < 60; second++)
        {
            Note(reads, "early", 2);
            Note(reads, "always", 1);
            time.Advance(1);
        }

        HotRead[] then = Read(reads);
        Assert.That(then.Select(read => read.TableName), Is.EqualTo((string[])["early", "always"]));
        Assert.That(then[0].ReadsPerSecond, Is.EqualTo(2.0 * ReadSampling.ReadsPerSample).Within(5).Percent);
        Assert.That(then[0].Share, Is.EqualTo(2.0 / 3).Within(0.01));
        for (int second = 0; second < 300; second++)
        {
            Note(reads, "always", 1);
            time.Advance(1);
        }

        HotRead[] now = Read(reads);
        Assert.That(now[0].TableName, Is.EqualTo("always"));
        Assert.That(now[0].ReadsPerSecond, Is.EqualTo(1.0 * ReadSampling.ReadsPerSample).Within(5).Percent);
        Assert.That(now.FirstOrDefault(read => read.TableName == "early")?.Share ?? 0, Is.LessThan(0.05));
        time.Advance(86_400);
        Assert.That(Read(reads), Is.Empty, "nothing was read for long");
    }

    [Test]
    public void Names_OfDifferentTables_AreNotOne()
    {
        HotReads<string> reads = new(1, time);
        foreach (string table in (string[])["A", "B", "A", "B", "once"])
        {
            reads.Note(table, "k"u8, table);
        }

        Assert.That(Read(reads).Select(read => read.TableName), Is.EquivalentTo((string[])["A", "B"]));
    }

    [Test]
    public void Noting_FromManyThreads_CountsNoReadTwiceAndAllocatesNothing()
    {
        HotReads<string> reads = new(1, time);
        byte[] name = "k"u8.ToArray();
        long allocated = 0;
        Parallel.For(0, 4, _ =>
        {
            reads.Note("T", name, "T");
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10_000; i++)
            {
                reads.Note("T", name, "T");
            }

            Interlocked.Add(ref allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        });
        Assert.That(allocated, Is.Zero);

        // Reads that come while another is being noted are left out. The clock stands still, which counts as one second.
        double noted = Read(reads).Single().ReadsPerSecond / ReadSampling.ReadsPerSample;
        Assert.That(noted, Is.InRange(2, 4 * 10_001));
    }

    [Test]
    public void Sampling_PicksOneIn64() => Assert.That(
        Enumerable.Range(0, 640_000).Count(_ => ReadSampling.IsPicked()), Is.EqualTo(10_000).Within(500));

    private static HotRead[] Read(HotReads<string> reads) =>
        [.. reads.Read(10, (what, hash) => new HotRead(what, null, "GetItem", null, hash))];

    private static void Note(HotReads<string> reads, string name, int times)
    {
        for (int i = 0; i < times; i++)
        {
            reads.Note(name, Encoding.UTF8.GetBytes(name), name);
        }
    }
}
