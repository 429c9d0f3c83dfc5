using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Recording;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Recording;

internal sealed class TrafficRecordingTests
{
    private const string Table = "T";

    private ScriptedBackend inner = null!;
    private TrafficRecorder recorder = null!;
    private RecordingBackend backend = null!;
    private TrafficRecording recording = null!;

    [SetUp]
    public void Begin()
    {
        ManualTime time = new();
        inner = new ScriptedBackend();
        inner.AddTable(Table, new KeySchema("k", AttributeType.S));
        recorder = new TrafficRecorder(new TableCatalog(inner, time, _ => new TableCacheSettings()), time);
        backend = new RecordingBackend(inner, recorder);
        recording = recorder.TryBegin()!;
    }

    [TearDown]
    public void End() => recording.Dispose();

    [Test]
    public async Task Request_ForATableThatIsNotKnown_DoesNotWaitForIt()
    {
        inner.Holds = operation => operation is DescribeTable;
        ValueTask<Reply> reply = backend.ExecuteAsync(CacheRig.Get("a"), CancellationToken.None);
        Assert.That(reply.IsCompleted, Is.True);
        await reply;
        Assert.That((recording.Others, Taken()), Is.EqualTo((1L, 0)));

        inner.Held.Single().Release();
        Assert.That(() => IsTakenAsync(), Is.True.After(5000, 5), "the table is known to the next ones");
    }

    [Test]
    public async Task Request_OfWhichNoRecordCanBeMade_IsAnsweredAsWithoutARecording()
    {
        WriteReply written = new();
        inner.Instead = operation => operation is PutItem ? written : null;
        PutItem put = new() { TableName = Table, Item = new Decoded<AttributeMap>(null, "a fault") };
        Assert.That(await backend.ExecuteAsync(put, CancellationToken.None), Is.SameAs(written));
        Assert.That(recording.Others, Is.EqualTo(1));
    }

    [Test]
    public async Task Records_ThatWait_AreBoundedByTheirHashes()
    {
        BatchGetItem batch = new()
        {
            Tables = [new BatchGetItem.KeysAndAttributes { TableName = Table, Keys = [.. Enumerable.Range(0, 100).Select(Key)] }],
        };
        await SendAsync(1000);
        const int Room = 65_536 / 101;
        Assert.That(recording.Lost, Is.EqualTo(1000 - Room));
        Assert.That(Taken(), Is.EqualTo(Room));
        await SendAsync(Room);
        Assert.That((recording.Lost, Taken()), Is.EqualTo((1000L - Room, Room)), "what was taken makes room");

        async Task SendAsync(int count)
        {
            for (int i = 0; i < count; i++)
            {
                await backend.ExecuteAsync(batch, CancellationToken.None);
            }
        }

        static Decoded<AttributeMap> Key(int number) => CacheRig.Key($"{number}");
    }

    [Test]
    public async Task Request_AnsweredAfterTheEnd_IsNoPartOfIt()
    {
        inner.Holds = operation => operation is GetItem;
        ValueTask<Reply> late = backend.ExecuteAsync(CacheRig.Get("a"), CancellationToken.None);
        recording.Dispose();
        inner.Held.Single().Release();
        await late;
        Assert.That((recorder.Current, recording.Lost, Taken()), Is.EqualTo(((TrafficRecording?)null, 0L, 0)));
        Assert.That(await recording.WaitAsync(CancellationToken.None), Is.False);
    }

    private async Task<bool> IsTakenAsync()
    {
        await backend.ExecuteAsync(CacheRig.Get("a"), CancellationToken.None);
        return recording.TryTake(out _);
    }

    private int Taken()
    {
        int taken = 0;
        while (recording.TryTake(out _))
        {
            taken++;
        }

        return taken;
    }
}
