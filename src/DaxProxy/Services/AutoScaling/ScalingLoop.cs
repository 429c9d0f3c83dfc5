using DaxProxy.Core.Errors;
using DaxProxy.Engine.Services;
using DaxProxy.Services.CloudWatch;
using DaxProxy.Telemetry;

namespace DaxProxy.Services.AutoScaling;

/// <summary>
/// What makes capacity follow the load: once a minute it does what is scheduled, and what the alarms of policies call for.
/// </summary>
/// <remarks>
/// For one caller at a time, but <see cref="KeepLimitsAsync"/>. It is as exact as the values of minutes: the same load gives the same
/// capacity. Source of the rules: the user guide, and the chapter of DynamoDB's guide about auto scaling.
/// </remarks>
/// <param name="state">What is to be scaled.</param>
/// <param name="board">The alarms.</param>
/// <param name="capacity">What is scaled.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where to log what fails, which stops nothing else; null for nowhere.</param>
internal sealed class ScalingLoop(
    ScalingState state, AlarmBoard board, TableCapacity capacity, TimeProvider time, ILogger? logger = null)
{
    /// <summary>How long capacity is not lowered after DynamoDB has refused to, where it is not known when it will be allowed.</summary>
    private static readonly TimeSpan DecreaseWait = TimeSpan.FromHours(1);

    /// <summary>Takes a step.</summary>
    /// <param name="minute">The minute that has ended, counted from 1970.</param>
    public async Task StepAsync(long minute)
    {
        DateTimeOffset now = MetricStore.TimeOf(minute + 1);

        // 1. What is scheduled for the minute that begins.
        foreach (ScheduledAction action in state.Actions)
        {
            await TryAsync(() => RunAsync(action, now)).ConfigureAwait(false);
        }

        // 2. Limits, whatever else: a table may have been changed past us.
        foreach (ScalableTarget target in state.Targets)
        {
            await TryAsync(() => KeepLimitsAsync(target)).ConfigureAwait(false);
        }

        // 3. Alarms look at what was consumed of the capacity that there is now.
        await SetAlarmsAsync().ConfigureAwait(false);
        board.Evaluate(now);

        // 4. Policies whose alarms have gone off.
        foreach (ScalableTarget target in state.Targets)
        {
            await TryAsync(() => ScaleAsync(target)).ConfigureAwait(false);
        }

        await SetAlarmsAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Brings the capacity of a target between its limits, if it is not. Suspending dynamic scaling does not suspend this: it is about
    /// what policies call for.
    /// </summary>
    public async Task KeepLimitsAsync(ScalableTarget target)
    {
        if (await capacity.ReadAsync(target.Resource).ConfigureAwait(false) is not { } current)
        {
            return;
        }

        if (current < target.MinCapacity)
        {
            await SetAsync(target, target.MinCapacity, $"minimum capacity was set to {target.MinCapacity}").ConfigureAwait(false);
        }
        else if (current > target.MaxCapacity && !(time.GetUtcNow() < target.NotInBefore))
        {
            await SetAsync(target, target.MaxCapacity, $"maximum capacity was set to {target.MaxCapacity}").ConfigureAwait(false);
        }
    }

    /// <summary>Makes the alarms of a policy, or sets them to the capacity that there is.</summary>
    public async Task SetAlarmsAsync(ScalingPolicy policy)
    {
        if (await capacity.ReadAsync(policy.Resource).ConfigureAwait(false) is not { } current)
        {
            return;
        }

        lock (state.Gate)
        {
            // It may have been deleted meanwhile, and its alarms with it.
            if (state.FindPolicy(policy.Resource, policy.Name)?.Arn != policy.Arn)
            {
                return;
            }

            foreach (Alarm wanted in policy.AlarmsFor(current, time.GetUtcNow()))
            {
                Alarm? known = board.Find(wanted.Name);
                if (known is null || known.Threshold != wanted.Threshold)
                {
                    board.Put(known is null ? wanted : known with { Threshold = wanted.Threshold, ConfiguredAt = wanted.ConfiguredAt });
                }
            }
        }
    }

    private async Task SetAlarmsAsync()
    {
        foreach (ScalingPolicy policy in state.Policies)
        {
            await TryAsync(() => SetAlarmsAsync(policy)).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(ScheduledAction action, DateTimeOffset now)
    {
        if (!action.IsDue(now))
        {
            return;
        }

        ScalableTarget? changed;
        lock (state.Gate)
        {
            changed = state.FindTarget(action.Resource);
            if (changed is null || changed.IsScheduleSuspended)
            {
                return;
            }

            changed = changed with
            {
                MinCapacity = action.MinCapacity ?? Math.Min(changed.MinCapacity, action.MaxCapacity ?? int.MaxValue),
                MaxCapacity = action.MaxCapacity ?? Math.Max(changed.MaxCapacity, action.MinCapacity ?? 0),
            };
            state.Put(changed);
            if (action.Schedule is { IsOnce: true })
            {
                state.Delete(action);
            }
        }

        await KeepLimitsAsync(changed).ConfigureAwait(false);
    }

    /// <summary>
    /// Does what the policies of a target call for: the highest capacity, if it is more; the highest lower one, if all want less.
    /// </summary>
    private async Task ScaleAsync(ScalableTarget target)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (await capacity.ReadAsync(target.Resource).ConfigureAwait(false) is not { } current)
        {
            return;
        }

        ScalingPolicy[] policies = [.. state.Policies.Where(policy => policy.Resource == target.Resource)];
        foreach (ScalingPolicy policy in policies.OrderByDescending(policy => Wanted(policy, policy.HighAlarm)))
        {
            long wanted = Math.Min(Wanted(policy, policy.HighAlarm), target.MaxCapacity);
            if (wanted > current && !target.IsScalingOutSuspended && !IsWithin(target.ScaledOutAt, policy.ScaleOutCooldown, now)
                && await SetAsync(target, wanted, CauseOf(policy, policy.HighAlarm)).ConfigureAwait(false))
            {
                state.Note(target.Resource, known => known with { ScaledOutAt = now, ScaledInAt = null });
                return;
            }
        }

        if (target.IsScalingInSuspended || now < target.NotInBefore || policies.Length == 0
            || !Array.TrueForAll(policies, policy => !policy.IsScaleInDisabled && board.Find(policy.LowAlarm)?.State == Alarm.Alerting))
        {
            return;
        }

        ScalingPolicy slowest = policies.MaxBy(policy => Wanted(policy, policy.LowAlarm))!;
        long lower = Math.Max(Wanted(slowest, slowest.LowAlarm), target.MinCapacity);
        if (lower < current
            && !IsWithin(target.ScaledInAt, slowest.ScaleInCooldown, now)
            && !IsWithin(target.ScaledOutAt, slowest.ScaleOutCooldown, now)
            && await SetAsync(target, lower, CauseOf(slowest, slowest.LowAlarm)).ConfigureAwait(false))
        {
            state.Note(target.Resource, known => known with { ScaledInAt = now });
        }
    }

    /// <summary>The capacity that a policy wants as one of its alarms has gone off; 0 where it has not.</summary>
    private long Wanted(ScalingPolicy policy, string alarm) => board.Find(alarm) is { State: Alarm.Alerting, Highest: { } consumed }
        ? Math.Max(1, policy.CapacityFor(consumed))
        : 0;

    private static bool IsWithin(DateTimeOffset? last, TimeSpan cooldown, DateTimeOffset now) => last is { } at && now < at + cooldown;

    private static string CauseOf(ScalingPolicy policy, string alarm) =>
        $"monitor alarm {alarm} in state ALARM triggered policy {policy.Name}";

    private async Task<bool> SetAsync(ScalableTarget target, long units, string cause)
    {
        string what = $"{target.Resource.Units} to {units}";
        DynamoError? refusal = await capacity.SetAsync(target.Resource, units).ConfigureAwait(false);
        if (refusal is null)
        {
            state.AddActivity(
                target.Resource,
                $"Setting {what}.",
                cause,
                "Successful",
                $"Successfully set {what}. Change successfully fulfilled by dynamodb.");
            return true;
        }

        if (refusal.Name == "LimitExceededException")
        {
            DateTimeOffset next = await capacity.NextDecreaseAsync(target.Resource).ConfigureAwait(false)
                ?? time.GetUtcNow() + DecreaseWait;
            state.Note(target.Resource, known => known with { NotInBefore = next });
        }

        state.AddActivity(target.Resource, $"Setting {what}.", cause, "Failed", $"Failed to set {what}. Reason: {refusal.Message}");
        return false;
    }

    private async Task TryAsync(Func<Task> part)
    {
        try
        {
            await part().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // One target that cannot be scaled is not a reason to scale no other; the next minute tries again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (logger is not null)
            {
                Log.ServiceStepFailed(logger, exception);
            }
        }
    }
}
