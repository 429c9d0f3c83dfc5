using DaxProxy.Recording;
using DaxProxy.Report;
using NUnit.Framework;

namespace DaxProxy.Tests.Report;

internal sealed class ReplayTraceTests
{
    private static readonly TraceRecord[] Traffic =
    [
        At(1000, "GetItem") with { Keys = ["hot"], Items = 1, Bytes = 300 },
        At(1100, "GetItem") with { Keys = ["cold"], IsConsistent = true },
        At(1200, "PutItem") with { Keys = ["hot"], Items = 1, Bytes = 500 },
        At(1300, "GetItem") with { Keys = ["hot"], Items = 1, Bytes = 300 },
        At(1400, "BatchGetItem") with { Keys = ["hot", "warm"], Items = 2, Bytes = 700 },
        At(1500, "BatchWriteItem") with { Keys = ["warm", "cold"], Items = 2, Bytes = 200 },
        At(2000, "Query") with { Partitions = ["warm"], Page = "page", Items = 4, Bytes = 1000 },
        At(2000, "Scan") with { Page = "all", Items = 3, Bytes = 600, IsConsistent = true },
    ];

    [Test]
    public void Of_Traffic_HasItsMixAndItsMoments()
    {
        ReplayTrace trace = ReplayTrace.Of("shop", Traffic, speed: 2, mostWriters: 1);
        Draw[] draws = [.. Enumerable.Range(0, trace.Count).Select(number => trace[number])];
        Assert.That(
            draws.Select(draw => draw.Kind),
            Is.EqualTo(new[]
            {
                RequestKind.Read, RequestKind.Read, RequestKind.Write, RequestKind.Read, RequestKind.Read,
                RequestKind.Write, RequestKind.Write, RequestKind.Scan, RequestKind.Scan,
            }));
        Assert.That(
            Enumerable.Range(0, trace.Count).Select(number => trace.DueAt(number).TotalMilliseconds),
            Is.EqualTo(new double[] { 0, 50, 100, 150, 200, 250, 250, 500, 500 }));
        Assert.That(
            draws.Select(draw => draw.IsConsistent),
            Is.EqualTo(new[] { false, true, false, false, false, false, false, false, true }));
        Assert.That(draws[4].Batch, Has.Length.EqualTo(2));
        Assert.That((draws[7].Most, draws[8].Most), Is.EqualTo((4, 3)));
        Assert.That(
            (trace.Workload.Name, trace.Workload.ItemBytes, trace.Workload.ScanItems, trace.Workload.Reads, trace.Workload.Scans),
            Is.EqualTo(("shop", 3600 / 14, 4, 4 / 9.0, 2 / 9.0)));
        Assert.That(trace.Workload.FindFault(), Is.Null);
        Assert.That(trace.PerSecond, Is.EqualTo(9 / (0.5 + (0.5 / 9))).Within(1e-3));
    }

    [Test]
    public void Of_Traffic_AsksForEachItemAsOftenAsForItsOriginal()
    {
        ReplayTrace trace = ReplayTrace.Of("shop", Traffic, speed: 1, mostWriters: 1);
        Dictionary<int, int> asked = Enumerable.Range(0, 7).SelectMany(number => trace[number].Batch ?? [trace[number].Item])
            .CountBy(item => item).ToDictionary();
        Assert.That(asked.Values.Order(), Is.EqualTo(new[] { 2, 2, 4 }), "cold and warm, and hot");
        int hot = trace[0].Item, cold = trace[1].Item, warm = trace[5].Item;
        Assert.That((asked[hot], trace[2].Item, trace[6].Item), Is.EqualTo((4, hot, cold)));
        Assert.That(trace[7].Item, Is.EqualTo(warm), "the page of a partition begins in it");
        Assert.That(trace.Workload.Items, Is.EqualTo(6), "three are known, and the page of warm showed three more");
        Random random = new(1);
        double share = Enumerable.Range(0, 9000).Count(_ => trace.Keys.Next(random, 6) == hot) / 9000.0;
        Assert.That(share, Is.EqualTo(5 / 9.0).Within(0.03), "four of the requests, and the scan of the table that begins there");
    }

    [Test]
    public void Of_SortedTable_HasThePagesOfAPartitionAmongItsItems()
    {
        TraceRecord[] records =
        [
            .. Enumerable.Range(0, 10).Select(item => At(item, "GetItem") with { Keys = [$"{item}"], Partitions = [$"p{item % 2}"], Items = 1, Bytes = 400 }),
            .. Enumerable.Range(0, 12).Select(page => At(20 + page, "Query") with { Partitions = ["p1"], Page = $"q{page % 6}", Items = 2, Bytes = 800 }),
        ];
        ReplayTrace trace = ReplayTrace.Of("sorted", records, speed: 1, mostWriters: 1);
        int[] own = [.. Enumerable.Range(0, 10).Where(item => item % 2 == 1).Select(item => trace[item].Item)];
        int[] pages = [.. Enumerable.Range(10, 12).Select(number => trace[number].Item)];
        Assert.That(own.Order(), Is.EqualTo(Enumerable.Range(own.Min(), 5)), "side by side");
        Assert.That(pages.Distinct(), Is.SubsetOf(own));
        int[] again = pages[6..];
        Assert.That(again, Is.EqualTo(pages[..6]), "the same page begins at the same item");
        Assert.That(pages[..5], Is.Unique);
    }

    [Test]
    public void FirstAt_GoesRoundAndRound()
    {
        ReplayTrace trace = ReplayTrace.Of("round", [.. Enumerable.Range(0, 4).Select(n => At(100 * n, "GetItem") with { Keys = ["k"] })], 1, 1);
        Assert.That(trace.Duration.TotalMilliseconds, Is.EqualTo(375));
        Assert.That(
            new double[] { 0, 1, 100, 101, 301, 375, 376, 750 }.Select(time => trace.FirstAt(TimeSpan.FromMilliseconds(time))),
            Is.EqualTo(new long[] { 0, 1, 1, 2, 4, 4, 5, 8 }));
        Assert.That(trace.DueAt(5).TotalMilliseconds, Is.EqualTo(475));
        Assert.That(trace[5], Is.EqualTo(trace[1]));
    }

    [Test]
    public void TraceDraws_OfSeveralConnections_TakeEachRequestOnce()
    {
        ReplayTrace trace = ReplayTrace.Of("turns", [.. Enumerable.Range(0, 40).Select(n => At(n, "GetItem") with { Keys = [$"{n}"] })], 1, 1);
        TraceDraws.Turns turns = new(5);
        TraceDraws[] connections = [.. Enumerable.Range(0, 3).Select(seed => new TraceDraws(trace, turns, seed))];
        int[] taken = [.. Enumerable.Range(0, 30).Select(turn => connections[turn % 3].Next(40).Item)];
        Assert.That(taken, Is.EqualTo(Enumerable.Range(5, 30).Select(number => trace[number].Item)));
    }

    [Test]
    public void Of_TooLittle_IsRefused() => Assert.That(
        () => ReplayTrace.Of("little", [At(1, "GetItem") with { Keys = ["k"] }], 1, 1),
        Throws.TypeOf<TraceFault>().With.Message.EqualTo("holds too little to be replayed"));

    private static TraceRecord At(double milliseconds, string operation) => new(TimeSpan.FromMilliseconds(milliseconds), operation, "Tab");
}
