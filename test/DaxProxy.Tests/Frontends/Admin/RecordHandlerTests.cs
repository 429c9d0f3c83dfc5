using System.Text;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Frontends.Admin;
using DaxProxy.Recording;
using DaxProxy.Tests.Caching;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace DaxProxy.Tests.Frontends.Admin;

/// <summary>A recording whose client does not read for a while.</summary>
internal sealed class RecordHandlerTests
{
    private const long MaxBytes = 64 * 1024;

    private readonly ManualTime time = new();
    private readonly ScriptedBackend inner = new();
    private TrafficRecorder recorder = null!;
    private RecordingBackend backend = null!;
    private SlowBody body = null!;
    private Task handled = null!;

    [SetUp]
    public void Begin()
    {
        inner.AddTable("T", new KeySchema("k", AttributeType.S));
        recorder = new TrafficRecorder(new TableCatalog(inner, time, _ => new TableCacheSettings()), time);
        backend = new RecordingBackend(inner, recorder);
        body = new SlowBody();
        DefaultHttpContext context = new();
        context.Request.Method = "POST";
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes($$"""{"seconds":60,"maxBytes":{{MaxBytes}}}"""));
        context.Response.Body = body;
        handled = new RecordHandler(recorder, null!, _ => { }, () => true, time).HandleAsync(context);
        Assert.That(() => recorder.Current, Is.Not.Null.After(5000, 5));
    }

    [TearDown]
    public void End() => body.Dispose();

    [Test]
    public async Task Time_IsOver_ThoughTheClientDoesNotRead_AndWhatWaitsIsStillSent()
    {
        await SendAsync(10);
        time.Advance(60);
        Assert.That(recorder.Current, Is.Null);
        Assert.That(handled.IsCompleted, Is.False);
        await SendAsync(10);
        string[] lines = await ReadAsync();
        Assert.That(lines.Count(line => line.Contains("GetItem", StringComparison.Ordinal)), Is.EqualTo(10));
        Assert.That(lines[^1], Is.EqualTo("{\"end\":\"time\",\"lost\":0,\"others\":0}"));
    }

    [Test]
    public async Task Records_ThatHaveNoSpaceAtTheEnd_AreLost()
    {
        await SendAsync(3000);
        time.Advance(60);
        string[] lines = await ReadAsync();
        int sent = lines.Count(line => line.Contains("GetItem", StringComparison.Ordinal));
        Assert.That(lines.Sum(line => line.Length + 1), Is.InRange(MaxBytes - 200, MaxBytes + 100));
        Assert.That(lines[^1], Is.EqualTo($"{{\"end\":\"size\",\"lost\":{3000 - sent},\"others\":0}}"));
    }

    private async Task SendAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await backend.ExecuteAsync(CacheRig.Get($"{i}"), CancellationToken.None);
        }
    }

    /// <summary>Lets the client read, and gives the lines that it has in the end.</summary>
    private async Task<string[]> ReadAsync()
    {
        body.Reading.SetResult();
        await handled.WaitAsync(TimeSpan.FromSeconds(30));
        return Encoding.UTF8.GetString(body.ToArray()).TrimEnd().Split('\n');
    }

    /// <summary>A body of which nothing is taken before <see cref="Reading"/>.</summary>
    private sealed class SlowBody : MemoryStream
    {
        public TaskCompletionSource Reading { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Reading.Task;
            await base.WriteAsync(buffer, cancellationToken);
        }

        public override async Task FlushAsync(CancellationToken cancellationToken)
        {
            await Reading.Task;
            await base.FlushAsync(cancellationToken);
        }
    }
}
