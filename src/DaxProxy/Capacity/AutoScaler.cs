using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Backends;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Services;
using DaxProxy.Services.AutoScaling;
using DaxProxy.Services.CloudWatch;

namespace DaxProxy.Capacity;

/// <summary>
/// Auto scaling of one table: the loop, the alarms and the policies that the proxy answers for, fed with simulated minutes.
/// </summary>
/// <remarks>For one thread.</remarks>
internal sealed class AutoScaler : IDisposable
{
    private const string Names = "us-east-1:000000000000";

    private static readonly string[] Kinds = ["Read", "Write"];

    private readonly SimulatedClock clock = new();
    private readonly ServiceData data;
    private readonly SimulatedTable table;
    private readonly TableCapacity capacity;
    private readonly ScalingLoop loop;
    private readonly MetricId[] consumed;
    private long minute = MetricStore.MinuteOf(SimulatedClock.Begin);

    /// <summary>Registers the table's reads and writes, each with a policy.</summary>
    /// <param name="name">Name of the table.</param>
    /// <param name="units">Its capacity at first.</param>
    /// <param name="plan">Limits and target.</param>
    public AutoScaler(string name, ProvisionedThroughput units, CapacityPlan plan)
    {
        data = new ServiceData(null, TimeProvider.System, clock);
        table = new SimulatedTable(name, units, clock);
        capacity = new TableCapacity(table);
        AlarmBoard board = new(data.Store, data.Metrics, Names, clock.GetUtcNow());
        ScalingState state = new(data.Store, board, clock);
        loop = new ScalingLoop(state, board, capacity, clock);
        consumed = [.. Kinds.Select(kind => MetricId.Of("AWS/DynamoDB", $"Consumed{kind}CapacityUnits", ("TableName", name)))];
        foreach (bool isWrite in (bool[])[false, true])
        {
            ScalableResource resource = new(name, null, isWrite);
            state.Put(new ScalableTarget
            {
                Resource = resource,
                Arn = resource.Key,
                RoleArn = "",
                MinCapacity = plan.MinUnits,
                MaxCapacity = plan.MaxUnits,
                CreatedAt = SimulatedClock.Begin,
            });
            ScalingPolicy policy = PolicyOf(resource, plan.Target);
            state.Put(policy);
            Wait(loop.SetAlarmsAsync(policy));
        }
    }

    /// <summary>The capacity now.</summary>
    public ProvisionedThroughput Units => table.Units;

    /// <summary>A minute has ended: capacity follows what was consumed in it.</summary>
    public void EndMinute(double readUnits, double writeUnits)
    {
        Note(consumed[0], readUnits);
        Note(consumed[1], writeUnits);
        clock.Now += TimeSpan.FromMinutes(1);
        Wait(loop.StepAsync(minute));
        minute++;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        capacity.Dispose();
        data.Dispose();
    }

    private static ScalingPolicy PolicyOf(ScalableResource resource, double target)
    {
        using JsonDocument configuration = JsonDocument.Parse(new JsonObject { ["TargetValue"] = target }.ToJsonString());
        return new ScalingPolicy
        {
            Resource = resource,
            Name = "target",
            Arn = resource.Key + "|target",
            CreatedAt = SimulatedClock.Begin,
            AlarmIds = [.. Enumerable.Range(0, ScalingPolicy.AlarmCount).Select(at => $"{(resource.IsWrite ? "write" : "read")}-{at}")],
            TargetValue = target,
            ScaleOutCooldown = TimeSpan.Zero,
            ScaleInCooldown = TimeSpan.Zero,
            Configuration = [],
        }.With(configuration.RootElement);
    }

    /// <summary>Of a minute without traffic there is no value, as at AWS.</summary>
    private void Note(MetricId id, double units)
    {
        if (units > 0)
        {
            data.Metrics.Add(id, minute, new MetricCell(units, 1, units, units));
        }
    }

    /// <summary>Nothing here waits for anything, so it is over already.</summary>
    private static void Wait(Task step) => step.GetAwaiter().GetResult();
}
