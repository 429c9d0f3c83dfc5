using DaxProxy.Core.Caching;
using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Caching.Writes;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Forwarding;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching;

/// <summary>Operations that go on writing after their answer: for how long their tables pass the caches by.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BulkWritesTests : IDisposable
{
    private const string Arn = "arn:aws:dynamodb:us-east-1:1:bulk-operation/1";
    private const string OtherArn = "arn:aws:dynamodb:us-east-1:1:bulk-operation/2";

    private static readonly Verb Start = ForwardedVerbs.Of("DynamoDB_20120810.StartBulkPutItems");

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Bound = TimeSpan.FromHours(1);

    private readonly ManualTime time = new();
    private readonly ScriptedBackend inner = new();
    private readonly Dictionary<string, BulkOperation> operations = [];
    private readonly List<string> told = [];
    private readonly BulkWrites bulk;
    private readonly CachedBackend backend;
    private ForwardedReply? answer;
    private DynamoError? refusal;
    private DynamoError? listRefusal;

    public BulkWritesTests()
    {
        inner.AddTable(Table, new KeySchema("k", AttributeType.S));
        inner.Instead = Answer;
        TableCatalog catalog = new(inner, time, _ => new TableCacheSettings());
        bulk = new BulkWrites(inner, catalog, Settling, Bound, time)
        {
            OnBegun = tables => told.Add("begun " + tables),
            OnEnded = tables => told.Add("ended " + tables),
            OnUnknown = tables => told.Add("unknown " + tables),
            OnGivenUp = tables => told.Add("given up " + tables),
            OnUnlisted = fault => told.Add("unlisted " + fault),
        };
        ItemCacheOptions options = new() { FenceStripes = 1 << 10 };
        ItemCache cache = new(options, 42, time, Render);
        backend = new CachedBackend(inner, catalog, cache, null, options.DoubtWindow, new CacheHealth(catalog, time), bulk);
    }

    public void Dispose() => bulk.Dispose();

    [Test]
    public async Task Start_Accepted_KeepsItsTableOutOfTheCaches_UntilItHasEndedAndReadsAreSettled()
    {
        await SendAsync(Put("a", 1));
        Assert.That(await IsCachedAsync(), Is.True);
        await StartAsync(Arn);
        Assert.That(await IsCachedAsync(), Is.False, "what was cached before is not served");

        // It writes; whatever was read before would be old by now.
        for (int version = 2; version < 6; version++)
        {
            inner.Put(Table, Row("a", version));
            Assert.That(VersionIn(await SendAsync(Get("a"))), Is.EqualTo(version));
            time.Advance(100);
        }

        await SendAsync(Put("a", 7));
        Assert.That(await IsCachedAsync(), Is.False, "what is written through the proxy is not kept either");
        Assert.That(inner.CallsOf<DescribeBulkOperation>(), Is.EqualTo(4));
        End(Arn);
        time.Advance(100);
        Assert.That(told, Is.EqualTo(new[] { "begun T", "ended T" }));
        Assert.That(await IsCachedAsync(), Is.False, "reads may not show its last writes yet");
        time.Advance(Settling.TotalSeconds);
        Assert.That(await IsCachedAsync(), Is.True);
        time.Advance(1000);
        Assert.That(inner.CallsOf<DescribeBulkOperation>(), Is.EqualTo(5), "it is asked for no more");
    }

    [TestCase(400, Table, ExpectedResult = true)]
    [TestCase(200, "Other", ExpectedResult = true)]
    [TestCase(500, "no\nname", ExpectedResult = true)]
    [TestCase(200, "arn:aws:dynamodb:us-east-1:1:table/T", ExpectedResult = false)]
    [TestCase(200, null, ExpectedResult = false)]
    public async Task<bool> Start_LeavesCachedWhatItDoesNotWrite(int status, string? table)
    {
        operations[Arn] = new BulkOperation(Arn, true, []);
        answer = new Answered(status) { BulkOperation = status == 200 ? operations[Arn] : null };
        await SendAsync(new Passed(Start, table is null ? null : [table]));
        return await IsCachedAsync();
    }

    [Test]
    public async Task Start_ThatIsNeverSent_LeavesWhatIsCached()
    {
        refusal = TransportFaults.InternalServerError;
        await SendAsync(new Passed(Start, [Table]));
        Assert.That(await IsCachedAsync(), Is.True);
    }

    [Test]
    public async Task Start_OfUnknownOutcome_IsLookedForAmongAll()
    {
        answer = new Answered(500);
        await SendAsync(new Passed(Start, [Table]));
        time.Advance(Settling.TotalSeconds - 1);
        Assert.That(told, Is.EqualTo(new[] { "begun T" }), "it may still begin");
        operations[OtherArn] = new BulkOperation(OtherArn, true, ["Other"]);
        operations[Arn] = new BulkOperation(Arn, true, [Table]);
        for (int i = 0; i < 10; i++)
        {
            time.Advance(100);
        }

        Assert.That(told, Is.EqualTo(new[] { "begun T" }));
        End(Arn);
        time.Advance(100);
        Assert.That(told, Is.EqualTo(new[] { "begun T", "ended T" }), "the other one is none of its business");
    }

    [Test]
    public async Task Operation_WhoseStateCannotBeLearnt_IsTakenToRunForTheBound()
    {
        await StartAsync(Arn);
        time.Advance(60);
        operations.Clear();
        int steps = 0;
        for (; told.Count < 3; steps++)
        {
            Assert.That(await IsCachedAsync(), Is.False);
            time.Advance(60);
        }

        Assert.That(told, Is.EqualTo(new[] { "begun T", "unknown T", "given up T" }));
        Assert.That(steps, Is.EqualTo(60), "since it was last known to run");
    }

    [Test]
    public async Task Operations_ThatOverlap_KeepTheTableOut_UntilBothHaveEnded()
    {
        await StartAsync(Arn);
        await StartAsync(OtherArn);
        await StartAsync(OtherArn);
        End(Arn);
        time.Advance(100);
        time.Advance(Settling.TotalSeconds);
        Assert.That(await IsCachedAsync(), Is.False);
        End(OtherArn);
        time.Advance(100);
        time.Advance(Settling.TotalSeconds);
        Assert.That(await IsCachedAsync(), Is.True);
        Assert.That(
            told, Is.EqualTo(new[] { "begun T", "begun T", "ended T", "ended T" }), "a start that is repeated is the same operation");
    }

    [Test]
    public async Task DescribeOfAClient_ThatSaysItHasEnded_IsTakenNoteOf()
    {
        await StartAsync(Arn);
        answer = new Answered(200) { BulkOperation = new BulkOperation(Arn, false, [Table]) };
        await SendAsync(new Passed(DescribeBulkOperation.Definition, []));
        Assert.That(told, Is.EqualTo(new[] { "begun T", "ended T" }));
        time.Advance(Settling.TotalSeconds);
        Assert.That(await IsCachedAsync(), Is.True);
        Assert.That(inner.CallsOf<DescribeBulkOperation>(), Is.Zero);
    }

    [Test]
    public async Task DescribeOfAClient_OfAnOperationStartedElsewhere_TakesItsTableOut()
    {
        operations[Arn] = new BulkOperation(Arn, true, [Table]);
        answer = new Answered(200) { BulkOperation = operations[Arn] };
        await SendAsync(new Passed(DescribeBulkOperation.Definition, []));
        Assert.That(await IsCachedAsync(), Is.False);
    }

    [Test]
    public async Task Operations_ThatRunAtTheStart_AreFound()
    {
        Assert.That(await IsCachedAsync(), Is.True);
        operations[OtherArn] = new BulkOperation(OtherArn, true, ["Other"]);
        operations[Arn] = new BulkOperation(Arn, true, [Table]);
        await bulk.FindRunningAsync();
        Assert.That(await IsCachedAsync(), Is.False);
        Assert.That(inner.CallsOf<ListBulkOperations>(), Is.EqualTo(2), "one on each page");
    }

    [Test]
    public async Task Operations_ThatCannotBeListedYet_AreLookedForAgain()
    {
        operations[Arn] = new BulkOperation(Arn, true, [Table]);
        listRefusal = TransportFaults.InternalServerError;
        Task finding = bulk.FindRunningAsync();
        time.Advance(100);
        time.Advance(100);
        Assert.That(await IsCachedAsync(), Is.True);
        listRefusal = null;
        while (!finding.IsCompleted)
        {
            time.Advance(100);
            await Task.Yield();
        }

        Assert.That(await IsCachedAsync(), Is.False);
        Assert.That(told, Is.EqualTo(new[] { "unlisted InternalServerError", "begun T" }), "once is enough");
    }

    [Test]
    public async Task Operations_ThatMayNotBeListed_AreToldOf()
    {
        listRefusal = TransportFaults.UnknownOperation;
        await bulk.FindRunningAsync();
        Assert.That(told, Is.EqualTo(new[] { "unlisted UnknownOperationException" }));
        Assert.That(await IsCachedAsync(), Is.True);
    }

    [Test]
    public async Task Operations_BeyondTheMost_KeepAllTablesOut()
    {
        for (int i = 0; i <= BulkWrites.MostWatched; i++)
        {
            await StartAsync($"{Arn}{i}", "Other");
        }

        Assert.That(told[^1], Is.EqualTo("begun all tables"));
        Assert.That(await IsCachedAsync(), Is.False);
    }

    private Reply? Answer(Operation operation) => operation switch
    {
        Passed when refusal is not null => new ErrorReply(refusal) { Effect = KnownEffect.None },
        Passed => answer,
        DescribeBulkOperation describe => operations.TryGetValue(describe.BulkOperationArn, out BulkOperation? known)
            ? new DescribeBulkOperationReply(known)
            : new ErrorReply(TransportFaults.UnknownOperation),
        ListBulkOperations when listRefusal is not null => new ErrorReply(listRefusal),
        ListBulkOperations list => Page(int.Parse(list.NextToken ?? "0", System.Globalization.CultureInfo.InvariantCulture)),
        _ => null,
    };

    private ListBulkOperationsReply Page(int at)
    {
        List<string> running = [.. operations.Values.Where(operation => operation.IsRunning).Select(operation => operation.Arn)];
        return new ListBulkOperationsReply([.. running.Skip(at).Take(1)], at + 1 < running.Count ? $"{at + 1}" : null);
    }

    private async Task StartAsync(string arn, string table = Table)
    {
        operations[arn] = new BulkOperation(arn, true, [table]);
        answer = new Answered(200) { BulkOperation = operations[arn] };
        await SendAsync(new Passed(Start, [table]));
    }

    private void End(string arn) => operations[arn] = operations[arn] with { IsRunning = false };

    private Task<Reply> SendAsync(Operation operation) => backend.ExecuteAsync(operation, CancellationToken.None).AsTask();

    /// <summary>Whether the second of two reads needs no backend.</summary>
    private async Task<bool> IsCachedAsync()
    {
        await SendAsync(Get("a"));
        int before = inner.CallsOf<GetItem>();
        await SendAsync(Get("a"));
        return inner.CallsOf<GetItem>() == before;
    }

    private sealed class Passed(Verb verb, string[]? changedTables) : ForwardedOperation(verb, changedTables);

    private sealed class Answered(int statusCode) : ForwardedReply(statusCode)
    {
        public override Task SendAsync() => Task.CompletedTask;
    }
}
