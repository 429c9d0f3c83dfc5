using DaxProxy.Core;
using DaxProxy.Core.Operations;
using DaxProxy.Telemetry;

namespace DaxProxy.Frontends.Admin;

/// <summary>Asks the backend whether it is there, by an operation that is cheap everywhere.</summary>
/// <remarks>Thread-safe. All who ask within a second share one answer, so that no number of probes is a load. Never throws.</remarks>
internal sealed class BackendProbe(IDynamoBackend backend, BackendOutage outage, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private Task<bool>? latest;
    private long begunAt;
    private volatile bool hasAnswered;

    /// <summary>Whether the backend has answered since the start of the process.</summary>
    public bool HasAnswered => hasAnswered;

    /// <summary>Whether it answers now.</summary>
    public Task<bool> AskAsync()
    {
        lock (gate)
        {
            if (latest is null || (latest.IsCompleted && time.GetElapsedTime(begunAt) >= Freshness))
            {
                begunAt = time.GetTimestamp();
                latest = Task.Run(ProbeAsync);
            }

            return latest;
        }
    }

    private async Task<bool> ProbeAsync()
    {
        string? fault = null;
        using CancellationTokenSource patience = new(Patience, time);
        try
        {
            Reply reply = await backend.ExecuteAsync(new ListTables { Limit = 1 }, patience.Token).AsTask().WaitAsync(patience.Token)
                .ConfigureAwait(false);
            fault = reply is ErrorReply { Error: { StatusCode: >= 500 } error } ? FaultText.Code(error.Name) : null;
        }
        catch (OperationCanceledException)
        {
            fault = $"no answer within {Patience.TotalSeconds} seconds";
        }
        catch (Exception exception)
        {
            fault = FaultText.Of(exception);
        }

        hasAnswered |= fault is null;
        if (fault is null)
        {
            outage.NoteAnswer();
        }
        else
        {
            outage.NoteFailure("the probe of its health", fault);
        }

        return fault is null;
    }
}
