using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Engine.Services;
using DaxProxy.Services.CloudWatch;
using DaxProxy.Services.Codecs;

namespace DaxProxy.Services.AutoScaling;

/// <summary>All targets, policies, scheduled actions and activities; what changes of them is stored before it is answered.</summary>
/// <remarks>Thread-safe. What belongs together is changed under <see cref="Gate"/>.</remarks>
internal sealed class ScalingState
{
    private const string TargetKind = "scalable-target", PolicyKind = "scaling-policy", ActionKind = "scheduled-action";
    private const string ActivityKind = "scaling-activity";

    private const int MaxActivities = 10_000;

    /// <summary>How long activities are shown. Source: the API reference.</summary>
    private static readonly TimeSpan ActivityLife = TimeSpan.FromDays(6 * 7);

    private readonly ServiceStore store;
    private readonly AlarmBoard board;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<string, ScalableTarget> targets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Resource, string Name), ScalingPolicy> policies = new();
    private readonly ConcurrentDictionary<(string Resource, string Name), ScheduledAction> actions = new();
    private readonly SortedDictionary<string, JsonObject> activities = new(StringComparer.Ordinal);
    private long lastActivity;

    /// <param name="store">Where all is kept.</param>
    /// <param name="board">The alarms, among them those of policies.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where to log what cannot be read; null for nowhere.</param>
    public ScalingState(ServiceStore store, AlarmBoard board, TimeProvider time, ILogger? logger = null)
    {
        (this.store, this.board, this.time) = (store, board, time);

        // A clock that went faster than this one has left times that are still to come.
        DateTimeOffset now = time.GetUtcNow();
        foreach ((_, ScalableTarget target) in StoredDocuments.Read(store, TargetKind, ScalableTarget.Read, logger))
        {
            targets[target.Resource.Key] = target with { CreatedAt = Earlier(target.CreatedAt, now) };
        }

        foreach ((_, ScalingPolicy policy) in StoredDocuments.Read(store, PolicyKind, ScalingPolicy.Read, logger))
        {
            policies[(policy.Resource.Key, policy.Name)] = policy with { CreatedAt = Earlier(policy.CreatedAt, now) };
        }

        foreach ((_, ScheduledAction action) in StoredDocuments.Read(store, ActionKind, ScheduledAction.Read, logger))
        {
            actions[(action.Resource.Key, action.Name)] = action with { CreatedAt = Earlier(action.CreatedAt, now) };
        }

        foreach ((string id, JsonObject activity) in StoredDocuments.Read(store, ActivityKind, ReadActivity, logger))
        {
            if (long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            {
                activities[id] = activity;
                lastActivity = Math.Max(lastActivity, number);
            }
        }
    }

    /// <summary>Held while several parts are changed together. Nothing that takes long is done under it.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The targets, in the order of their names.</summary>
    public IEnumerable<ScalableTarget> Targets =>
        targets.OrderBy(target => target.Key, StringComparer.Ordinal).Select(target => target.Value);

    /// <summary>The policies, in the order of their names.</summary>
    public IEnumerable<ScalingPolicy> Policies => policies.Values
        .OrderBy(policy => policy.Resource.Key, StringComparer.Ordinal).ThenBy(policy => policy.Name, StringComparer.Ordinal);

    /// <summary>The scheduled actions, in the order of their names.</summary>
    public IEnumerable<ScheduledAction> Actions => actions.Values
        .OrderBy(action => action.Resource.Key, StringComparer.Ordinal).ThenBy(action => action.Name, StringComparer.Ordinal);

    /// <summary>What has been done, the latest first, each with what it is found by.</summary>
    public IReadOnlyList<(string Id, JsonObject Activity)> Activities
    {
        get
        {
            lock (activities)
            {
                return [.. activities.Reverse().Select(activity => (activity.Key, activity.Value.DeepClone().AsObject()))];
            }
        }
    }

    public ScalableTarget? FindTarget(ScalableResource resource) => targets.GetValueOrDefault(resource.Key);

    public ScalableTarget? FindTarget(string arn) => targets.Values.FirstOrDefault(target => target.Arn == arn);

    public ScalingPolicy? FindPolicy(ScalableResource resource, string name) => policies.GetValueOrDefault((resource.Key, name));

    public ScheduledAction? FindAction(ScalableResource resource, string name) => actions.GetValueOrDefault((resource.Key, name));

    public void Put(ScalableTarget target)
    {
        targets[target.Resource.Key] = target;
        Save(TargetKind, target.Resource.Key, target.ToDocument());
    }

    /// <summary>Notes of a target what is not stored: when it was scaled.</summary>
    public void Note(ScalableResource resource, Func<ScalableTarget, ScalableTarget> change)
    {
        lock (Gate)
        {
            // It may have been changed, or deregistered, meanwhile.
            if (targets.TryGetValue(resource.Key, out ScalableTarget? target))
            {
                targets[resource.Key] = change(target);
            }
        }
    }

    public void Put(ScalingPolicy policy)
    {
        policies[(policy.Resource.Key, policy.Name)] = policy;
        Save(PolicyKind, IdOf(policy.Resource, policy.Name), policy.ToJson(board.ArnOf));
    }

    public void Put(ScheduledAction action)
    {
        actions[(action.Resource.Key, action.Name)] = action;
        Save(ActionKind, IdOf(action.Resource, action.Name), action.ToJson());
    }

    /// <summary>Forgets a policy and its alarms.</summary>
    public void Delete(ScalingPolicy policy)
    {
        store.Delete(PolicyKind, IdOf(policy.Resource, policy.Name));
        policies.TryRemove((policy.Resource.Key, policy.Name), out _);
        foreach (string alarm in policy.Alarms)
        {
            board.Delete(alarm);
        }
    }

    public void Delete(ScheduledAction action)
    {
        store.Delete(ActionKind, IdOf(action.Resource, action.Name));
        actions.TryRemove((action.Resource.Key, action.Name), out _);
    }

    /// <summary>Forgets a target with all that belongs to it.</summary>
    public void Delete(ScalableTarget target)
    {
        foreach (ScalingPolicy policy in policies.Values.Where(policy => policy.Resource == target.Resource))
        {
            Delete(policy);
        }

        foreach (ScheduledAction action in actions.Values.Where(action => action.Resource == target.Resource))
        {
            Delete(action);
        }

        store.Delete(TargetKind, target.Resource.Key);
        targets.TryRemove(target.Resource.Key, out _);
    }

    /// <summary>Notes what has been done about a target.</summary>
    /// <param name="resource">What was scaled.</param>
    /// <param name="description">What was to be done: <c>Setting write capacity units to 10.</c></param>
    /// <param name="cause">Why.</param>
    /// <param name="status"><c>Successful</c> or <c>Failed</c>.</param>
    /// <param name="message">What came of it.</param>
    public void AddActivity(ScalableResource resource, string description, string cause, string status, string message)
    {
        DateTimeOffset now = time.GetUtcNow();
        JsonObject activity = new()
        {
            ["ActivityId"] = Guid.NewGuid().ToString(),
            ["ServiceNamespace"] = ScalableResource.DynamoDb,
            ["ResourceId"] = resource.ResourceId,
            ["ScalableDimension"] = resource.Dimension,
            ["Description"] = description,
            ["Cause"] = cause,
            ["StartTime"] = Timestamps.ToJson(now),
            ["EndTime"] = Timestamps.ToJson(now),
            ["StatusCode"] = status,
            ["StatusMessage"] = message,
        };
        lock (activities)
        {
            string id = (++lastActivity).ToString("D19", CultureInfo.InvariantCulture);
            activities[id] = activity;
            Save(ActivityKind, id, activity);
            while (activities.Count > MaxActivities
                || Timestamps.Of(activities.First().Value["StartTime"]!.GetValue<double>()) < now - ActivityLife)
            {
                string oldest = activities.First().Key;
                activities.Remove(oldest);
                store.Delete(ActivityKind, oldest);
            }
        }
    }

    private static string IdOf(ScalableResource resource, string name) => $"{resource.Key}|{name}";

    private void Save(string kind, string id, JsonObject json) => store.Save(kind, id, Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static JsonObject ReadActivity(JsonElement json) => json.GetProperty("StartTime").ValueKind == JsonValueKind.Number
        ? JsonObject.Create(json.Clone())!
        : throw new FormatException("It has no time.");
}
