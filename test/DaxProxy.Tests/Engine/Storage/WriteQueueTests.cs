using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Engine.Storage;
using Microsoft.Data.Sqlite;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Storage;

/// <summary>When changes in the background are told, and that nothing else can change items.</summary>
public sealed class WriteQueueTests
{
    private static readonly RowKey Row = new(1, [1]);
    private static readonly StoredItem Stored = new(Item.FromAttributes(new AttributeMap { ["p"] = AttributeValue.FromString("a") }), 2);

    private readonly List<string> told = [];
    private readonly ManualResetEventSlim gate = new();
    private Database database = null!;
    private SessionPool sessions = null!;
    private WriteQueue writes = null!;

    [SetUp]
    public void Open()
    {
        database = Database.Open(new EngineOptions(), TimeProvider.System, out SqliteConnection connection);
        Session writer = new(database, connection);
        sessions = new SessionPool(database, writer, null);
        writes = new WriteQueue(sessions, ItemHistory.Load(writer, TimeProvider.System))
        {
            BackgroundChanges = changes => told.AddRange(changes.Select(Show)),
        };
        told.Clear();
        gate.Reset();
    }

    [TearDown]
    public void Close()
    {
        gate.Set();
        writes.Dispose();
        sessions.Dispose();
        database.Dispose();
    }

    [OneTimeTearDown]
    public void Forget() => gate.Dispose();

    [Test]
    public async Task LastChange_OfAGroup_IsShownBeforeTheNextChangeRuns()
    {
        bool isShown = false;
        Task<int> before = Hold();
        Task<int> last = writes.RunLastAsync(_ => 1, _ => isShown = true), usual = writes.RunAsync(_ => 2);
        Task<bool> after = writes.RunAsync(_ => isShown);
        gate.Set();
        await Task.WhenAll(before, last, usual);
        Assert.That(await after, Is.True);
    }

    [Test]
    public async Task BackgroundChange_InOneGroupWithAWrite_IsToldOnTheWritersThreadBeforeTheWriteIsAnswered()
    {
        string? thread = null;
        bool isAnswered = false;
        Task<int>? write = null;
        Task<int> before = Hold();
        write = writes.RunAsync(Client(), rows => Put(rows));
        writes.BackgroundChanges = _ =>
        {
            thread = Thread.CurrentThread.Name;
            isAnswered = write.IsCompleted;
        };
        Task<int> change = writes.RunInBackgroundAsync(Delete);
        gate.Set();
        await Task.WhenAll(before, write, change);
        Assert.That(thread, Is.EqualTo("engine writer"));
        Assert.That(isAnswered, Is.False);
    }

    [Test]
    public async Task BackgroundChange_WhenToldAWriteIsQueued_IsToldBeforeThatIsAnswered()
    {
        bool isAnswered = false;
        Task<int>? write = null;
        writes.BackgroundChanges = _ =>
        {
            write = writes.RunAsync(Client(), rows => Put(rows));
            isAnswered = write.IsCompleted;
        };
        await writes.RunInBackgroundAsync(rows => Put(rows));
        await write!;
        Assert.That(isAnswered, Is.False);
    }

    [Test]
    public async Task BackgroundChange_RunAgainBecauseAnotherFailed_IsToldOnce()
    {
        Task<int> before = Hold();
        Task<int> change = writes.RunInBackgroundAsync(rows => Put(rows));
        Task<int> failing = writes.RunInBackgroundAsync<int>(rows =>
        {
            Put(rows);
            throw new InvalidOperationException();
        });
        gate.Set();
        await Task.WhenAll(before, change);
        Assert.That(() => failing, Throws.InvalidOperationException);
        Assert.That(told, Is.EqualTo(new[] { "t: nothing to {\"p\":{\"S\":\"a\"}}" }));
    }

    [Test]
    public async Task BackgroundChange_OfItemsAndIndexes_TellsBothImagesAndEachIndexOnce()
    {
        await writes.RunInBackgroundAsync(rows => Put(rows) + Delete(rows));
        await writes.RunInBackgroundAsync(rows =>
        {
            rows.FillEntry("t", "i", 7, new RowKey(1, [1]), Row, Stored);
            rows.FillEntry("t", "i", 7, new RowKey(1, [2]), Row, Stored);
            return 0;
        });
        Assert.That(told, Is.EqualTo(new[] { "t: nothing to {\"p\":{\"S\":\"a\"}}", "t: {\"p\":{\"S\":\"a\"}} to nothing", "t.i" }));
    }

    [Test]
    public async Task ClientWrite_IsNotTold_AndCannotFillAnIndex()
    {
        await writes.RunAsync(Client(), rows => Put(rows));
        Task<int> filling = writes.RunAsync(Client(), rows =>
        {
            rows.FillEntry("t", "i", 7, new RowKey(1, [1]), Row, Stored);
            return 0;
        });
        Assert.That(() => filling, Throws.InvalidOperationException);
        Assert.That(told, Is.Empty);
    }

    private static string Show(BackgroundChange change) => change.Images is { } images
        ? $"{change.TableName}: {Show(images.Old)} to {Show(images.New)}"
        : $"{change.TableName}.{change.IndexName}";

    private static string Show(Item? item) => item is null ? "nothing" : System.Text.Encoding.UTF8.GetString(item.Json.Span);

    private static ClientWrite Client() => ClientWrite.Of(new DeleteItem { TableName = "t", Key = new AttributeMap() });

    private static int Put(ItemRows rows)
    {
        rows.PutItem(1, "t", Row, null, Stored);
        return 0;
    }

    private static int Delete(ItemRows rows)
    {
        rows.DeleteItem(1, "t", Row, Stored);
        return 0;
    }

    /// <summary>Keeps the writer busy, so that what is queued meanwhile becomes one group.</summary>
    private Task<int> Hold()
    {
        using ManualResetEventSlim isHeld = new();
        Task<int> held = writes.RunAsync(_ =>
        {
            isHeld.Set();
            gate.Wait();
            return 0;
        });
        isHeld.Wait();
        return held;
    }
}
