using DaxProxy.Frontends;
using DaxProxy.Telemetry;
using DaxProxy.Tests.Caching;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Tests.Frontends;

/// <summary>
/// A broken stream: of a client that has left, or a fault of ours. Kestrel says which a moment after it has ended the reading.
/// </summary>
public sealed class HttpGuardTests
{
    private readonly ManualTime time = new();

    [Test]
    public async Task BrokenStream_OfAClientThatTurnsOutToHaveLeft_IsNoFault()
    {
        using CancellationTokenSource gone = new();
        (Task pending, UnexpectedFaults faults, _) = Break(gone.Token);
        Assert.That(pending.IsCompleted, Is.False);
        await gone.CancelAsync();
        await pending;
        Assert.That(faults.CountOf(Frontend.Http), Is.Zero);
    }

    [Test]
    public async Task BrokenStream_OfAClientThatIsThere_IsAFault_AndAnswered()
    {
        using CancellationTokenSource gone = new();
        (Task pending, UnexpectedFaults faults, Func<int> refusedWith) = Break(gone.Token);
        time.Advance(seconds: 10);
        await pending;
        Assert.That((faults.CountOf(Frontend.Http), refusedWith()), Is.EqualTo((1, 500)));
    }

    private (Task Pending, UnexpectedFaults Faults, Func<int> RefusedWith) Break(CancellationToken gone)
    {
        UnexpectedFaults faults = new(time);
        int refusedWith = 0;
        HttpGuard guard = new(
            Frontend.Http,
            _ => Task.FromException(new IOException("reset")),
            _ => "id",
            (_, status) =>
            {
                refusedWith = status;
                return Task.CompletedTask;
            },
            faults,
            NullLogger.Instance,
            time);
        return (guard.HandleAsync(new DefaultHttpContext { RequestAborted = gone }), faults, () => refusedWith);
    }
}
