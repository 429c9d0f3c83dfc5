using DaxProxy.Telemetry;
using DaxProxy.Tests.Auth;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Telemetry;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BackendOutageTests
{
    private readonly ManualTime time = new();
    private readonly RecordingLogger logger = new();

    [Test]
    public void Outage_WithManyFailures_HasALineAtItsBeginningAndOneAtItsEnd()
    {
        using BackendOutage outage = new(logger, time);
        outage.NoteAnswer();
        for (int i = 0; i < 100; i++)
        {
            outage.NoteFailure("GetItem", "no answer");
            time.Advance(0.1);
        }

        Assert.That(Lines, Is.EqualTo(new[]
        {
            "The backend gave no answer to GetItem that can be relied on: no answer. An outage begins: what else fails is counted, not logged",
        }));
        DateTimeOffset? begin = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.That((outage.Since, outage.Count), Is.EqualTo((begin, 1L)));
        outage.NoteAnswer();
        time.Advance(BackendOutage.Calm.TotalSeconds);
        Assert.That(Lines, Has.Length.EqualTo(2));
        Assert.That(Lines[1], Is.EqualTo("The outage of the backend has ended: it lasted 9.9 seconds, in which 100 calls failed"));
        Assert.That((outage.Since, outage.Count), Is.EqualTo(((DateTimeOffset?)null, 1L)));
    }

    [Test]
    public void Outage_OfABackendThatAnswersNowAndThen_IsOne()
    {
        using BackendOutage outage = new(logger, time);
        for (int i = 0; i < 50; i++)
        {
            outage.NoteFailure("Query", "no answer");
            time.Advance(0.3 * BackendOutage.Calm.TotalSeconds);
            outage.NoteAnswer();
            outage.NoteAnswer();
            time.Advance(0.6 * BackendOutage.Calm.TotalSeconds);
        }

        Assert.That(Lines, Has.Length.EqualTo(1));
        time.Advance(0.3 * BackendOutage.Calm.TotalSeconds);
        time.Advance(BackendOutage.Calm.TotalSeconds);
        Assert.That(Lines, Has.Length.EqualTo(2));
        outage.NoteFailure("Query", "no answer");
        Assert.That((Lines.Length, outage.Count), Is.EqualTo((3, 2L)), "the next one is another");
    }

    [Test]
    public void Outage_WithoutAnAnswer_DoesNotEnd()
    {
        using BackendOutage outage = new(logger, time);
        outage.NoteFailure("Scan", "no answer");
        time.Advance(1000);
        Assert.That((Lines.Length, outage.Since is null), Is.EqualTo((1, false)));
    }

    /// <summary>Timers of the system go by another clock than the one that time is measured with.</summary>
    [Test]
    public void Outage_WhoseTimerComesEarly_EndsAllTheSame()
    {
        using BackendOutage outage = new(logger, new HastyTime(time));
        outage.NoteFailure("Scan", "no answer");
        outage.NoteAnswer();
        time.Advance(0.9 * BackendOutage.Calm.TotalSeconds);
        Assert.That(outage.Since, Is.Not.Null, "not calm for long enough");
        time.Advance(0.2 * BackendOutage.Calm.TotalSeconds);
        Assert.That(outage.Since, Is.Null);
    }

    private string[] Lines => [.. logger.Lines.Select(line => line.Text)];

    /// <summary>A clock whose timers come when nine tenths of their time are over.</summary>
    private sealed class HastyTime(ManualTime inner) : TimeProvider
    {
        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new HastyTimer(inner.CreateTimer(callback, state, dueTime, period));
    }

    private sealed class HastyTimer(ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) =>
            inner.Change(dueTime == Timeout.InfiniteTimeSpan ? dueTime : 0.9 * dueTime, period);

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
