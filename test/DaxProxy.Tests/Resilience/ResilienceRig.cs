using System.Text.Json;
using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Options;
using DaxProxy.Resilience;
using DaxProxy.Tests.Caching;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaxProxy.Tests.Resilience;

/// <summary>A resilient backend around one that answers as the test says, with a clock of its own.</summary>
/// <remarks>
/// While it lives, its thread has no synchronization context. So what waits for the clock goes on before
/// <see cref="ManualTime.Advance"/> returns, and what waits for an answer goes on before the call that answers returns.
/// </remarks>
internal sealed class ResilienceRig : IDynamoBackend, IDisposable
{
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(20);

    private readonly SynchronizationContext? before = SynchronizationContext.Current;

    public ResilienceRig(ResilienceOptions? options = null)
    {
        Backend = new ResilientBackend(this, options ?? new ResilienceOptions(), RequestTimeout, seed: 1, NullLogger.Instance, Time);
        SynchronizationContext.SetSynchronizationContext(null);
    }

    public static Reply Throttled => new ErrorReply(DynamoError.Modelled("ProvisionedThroughputExceededException", "slow down"));

    public static Reply Failed => new ErrorReply(TransportFaults.InternalServerError);

    public static Reply NeverSent => new ErrorReply(TransportFaults.InternalServerError) { Effect = KnownEffect.None };

    public static Reply ConditionFailed => new ErrorReply(TableFaults.ConditionFailed);

    public static Reply Read => new GetItemReply(null, null);

    public static Reply Written => new WriteReply();

    public ManualTime Time { get; } = new();

    public ResilientBackend Backend { get; }

    public ResilienceStatistics Statistics => Backend.Statistics;

    /// <summary>What arrived, in its order.</summary>
    public List<Operation> Arrived { get; } = [];

    /// <summary>How each attempt is answered; the number of those before is given.</summary>
    public Func<int, CancellationToken, Task<Reply>> Answer { get; set; } = (_, _) => Task.FromResult(Written);

    ReadLag IDynamoBackend.ReadLag => default;

    /// <summary>Attempts are answered with these, the last one for ever.</summary>
    public ResilienceRig Answering(params Reply[] replies)
    {
        Answer = (number, _) => Task.FromResult(replies[Math.Min(number, replies.Length - 1)]);
        return this;
    }

    ValueTask<Reply> IDynamoBackend.ExecuteAsync(Operation operation, CancellationToken cancellationToken)
    {
        Arrived.Add(operation);
        return new(Answer(Arrived.Count - 1, cancellationToken));
    }

    /// <summary>Sends, and lets the time pass that it takes.</summary>
    public Reply Send(string operation, string json, CancellationToken cancellationToken = default)
    {
        Task<Reply> reply = Begin(Decode(operation, json), cancellationToken);
        PassUntil(() => reply.IsCompleted);
        return reply.GetAwaiter().GetResult();
    }

    public Task<Reply> Begin(Operation operation, CancellationToken cancellationToken = default) =>
        Backend.ExecuteAsync(operation, cancellationToken).AsTask();

    public void PassUntil(Func<bool> condition)
    {
        for (int step = 0; !condition(); step++)
        {
            if (step > 12_000)
            {
                throw new InvalidOperationException("it never happened");
            }

            Time.Advance(0.01);
        }
    }

    public static Operation Get(string table = "T") => Decode("GetItem", $"{{'TableName':'{table}','Key':{{'k':{{'S':'a'}}}}}}");

    public static Operation Put(string table = "T") => Decode("PutItem", $"{{'TableName':'{table}','Item':{{'k':{{'S':'a'}}}}}}");

    public static Operation Decode(string operation, string json)
    {
        using JsonDocument body = JsonDocument.Parse(json.Replace('\'', '"'));
        DynamoError? error = JsonRequest.TryRead(
            "DynamoDB_20120810." + operation, body.RootElement, ValidationProfile.October2026, out Operation? request);
        return error is null ? request! : throw new ArgumentException(error.Message);
    }

    public void Dispose()
    {
        Backend.Dispose();
        SynchronizationContext.SetSynchronizationContext(before);
    }
}
