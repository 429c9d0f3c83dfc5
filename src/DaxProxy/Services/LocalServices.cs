using System.Net;
using DaxProxy.Backends;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Options;
using DaxProxy.Services.AutoScaling;
using DaxProxy.Services.CloudWatch;
using DaxProxy.Services.DaxControl;
using DaxProxy.Services.Model;
using DaxProxy.Telemetry;

namespace DaxProxy.Services;

/// <summary>The services beside DynamoDB, and what goes on in them each minute.</summary>
/// <remarks>
/// With a remote backend there is no auto scaling, as that is the backend's own, and metrics are those of the caches here only.
/// </remarks>
internal sealed class LocalServices : IAsyncDisposable
{
    private const string ClusterName = "daxproxy";

    private readonly MinuteSteps minutes;
    private readonly TableCapacity? capacity;

    private LocalServices(IReadOnlyList<IService> all, MinuteSteps minutes, TableCapacity? capacity) =>
        (All, this.minutes, this.capacity) = (all, minutes, capacity);

    /// <summary>The services.</summary>
    public IReadOnlyList<IService> All { get; }

    /// <summary>Begins.</summary>
    /// <param name="options">Checked options.</param>
    /// <param name="backends">The tables and the caches.</param>
    /// <param name="data">What is kept.</param>
    /// <param name="metrics">What has been counted.</param>
    /// <param name="listener">Where the DAX protocol is spoken, if it is, and whether with TLS; asked when it is needed.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="time">The real clock.</param>
    public static LocalServices Start(
        ProxyOptions options,
        BackendStack backends,
        ServiceData data,
        Metrics metrics,
        Func<(IPEndPoint? EndPoint, bool IsTls)> listener,
        ILogger logger,
        TimeProvider time)
    {
        string names = $"{options.Backend.EffectiveRegion}:{options.Auth.EffectiveAccountId}";
        DateTimeOffset startedAt = time.GetUtcNow();
        AlarmBoard board = new(data.Store, data.Metrics, names, data.Time.GetUtcNow(), logger);
        CloudWatchService cloudWatch = new(new MetricHandlers(data.Metrics, data.Time), new AlarmHandlers(board, data.Time), board);
        DaxControlService dax = new(() => ClusterOf(options, backends, listener(), names, startedAt), time);
        CacheMetrics caches = new(metrics, backends.Caching, data.Metrics, ClusterName, NodeIdOf(0));
        if (options.Backend.Kind != BackendKind.Local)
        {
            return new LocalServices([cloudWatch, dax], new MinuteSteps(data.Time, ShowCachesAsync, logger), null);
        }

        TableGauges tables = new(backends.Outermost, data.Metrics);
        ScalingState state = new(data.Store, board, data.Time, logger);
        TableCapacity capacity = new(backends.Outermost);
        ScalingLoop loop = new(state, board, capacity, data.Time, logger);
        AutoScalingService scaling = new(
            new TargetHandlers(state, loop, capacity, names, data.Time),
            new PolicyHandlers(state, loop, board, names, data.Time),
            new ScheduleHandlers(state, names, data.Time),
            state,
            names);
        return new LocalServices([cloudWatch, dax, scaling], new MinuteSteps(data.Time, StepAsync, logger), capacity);

        Task ShowCachesAsync(long minute)
        {
            caches.Show(minute);
            board.Evaluate(Engine.Services.MetricStore.TimeOf(minute + 1));
            return Task.CompletedTask;
        }

        async Task StepAsync(long minute)
        {
            // What fails of it stops nothing else, and is logged when all is done.
            List<Exception> faults = [];
            foreach (Func<Task> part in (Func<Task>[])[ShowAsync, () => tables.ShowAsync(minute), () => loop.StepAsync(minute)])
            {
                try
                {
                    await part().ConfigureAwait(false);
                }
#pragma warning disable CA1031 // It is thrown below.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    faults.Add(exception);
                }
            }

            if (faults.Count > 0)
            {
                throw new AggregateException(faults);
            }

            Task ShowAsync()
            {
                caches.Show(minute);
                return Task.CompletedTask;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await minutes.DisposeAsync().ConfigureAwait(false);
        capacity?.Dispose();
    }

    private static DaxCluster ClusterOf(
        ProxyOptions options, BackendStack backends, (IPEndPoint? EndPoint, bool IsTls) listener, string names, DateTimeOffset startedAt)
    {
        IEnumerable<DaxEndpoint> told = listener.EndPoint is { } local
            ? new DaxNodes(options.Dax).ToldAt(local, listener.IsTls ? local.Port : 0, backends.Group?.OtherListings ?? [])
            : [];
        return new DaxCluster
        {
            Name = ClusterName,
            Arn = $"arn:aws:dax:{names}:cache/{ClusterName}",
            RoleArn = $"arn:aws:iam::{options.Auth.EffectiveAccountId}:role/{ClusterName}",
            Zone = options.Backend.EffectiveRegion + "a",
            StartedAt = startedAt,
            IsEncrypted = listener.IsTls,
            Nodes = [.. told.Select((node, index) => new DaxClusterNode(NodeIdOf(index), node.Address.ToString(), node.Port))],
            RecordTimeToLive = options.ItemCache.TimeToLive,
            QueryTimeToLive = options.QueryCache.TimeToLive,
        };
    }

    private static string NodeIdOf(int index) => $"{ClusterName}-{(char)('a' + (index % 26))}{(index < 26 ? "" : $"{index / 26}")}";
}
