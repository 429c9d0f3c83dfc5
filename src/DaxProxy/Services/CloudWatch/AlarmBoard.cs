using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using DaxProxy.Engine.Services;

namespace DaxProxy.Services.CloudWatch;

/// <summary>All alarms, those of clients and those of auto scaling.</summary>
/// <remarks>Thread-safe. What changes is stored at once, but for the state, which the next look finds out again.</remarks>
internal sealed class AlarmBoard
{
    /// <summary>Most alarms. Source: CloudWatch's quota.</summary>
    public const int MaxAlarms = 5_000;

    private const string Kind = "alarm";

    private readonly ServiceStore store;
    private readonly MetricStore metrics;
    private readonly string prefix;
    private readonly ConcurrentDictionary<string, Alarm> alarms = new(StringComparer.Ordinal);

    /// <param name="store">Where they are kept.</param>
    /// <param name="metrics">What they look at.</param>
    /// <param name="names">Region and account: <c>us-east-1:000000000000</c>.</param>
    /// <param name="now">The time.</param>
    /// <param name="logger">Where to log what cannot be read; null for nowhere.</param>
    public AlarmBoard(ServiceStore store, MetricStore metrics, string names, DateTimeOffset now, ILogger? logger = null)
    {
        (this.store, this.metrics, prefix) = (store, metrics, $"arn:aws:cloudwatch:{names}:alarm:");
        foreach ((string name, Alarm alarm) in StoredDocuments.Read(store, Kind, json => Alarm.Read(json, now), logger))
        {
            alarms[name] = alarm with { StateAt = alarm.StateAt > now ? now : alarm.StateAt };
        }
    }

    /// <summary>All alarms by name, in order.</summary>
    public IEnumerable<Alarm> All => alarms.Values.OrderBy(alarm => alarm.Name, StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => alarms.Count;

    /// <summary>The resource name of an alarm.</summary>
    public string ArnOf(string name) => prefix + name;

    /// <summary>The alarm of a resource name; null where there is none.</summary>
    public Alarm? FindByArn(string arn) =>
        arn.StartsWith(prefix, StringComparison.Ordinal) ? Find(arn[prefix.Length..]) : null;

    /// <summary>An alarm; null where there is none.</summary>
    public Alarm? Find(string name) => alarms.GetValueOrDefault(name);

    /// <summary>Keeps an alarm in the place of the one with its name.</summary>
    public void Put(Alarm alarm)
    {
        alarms[alarm.Name] = alarm;
        JsonObject json = alarm.ToJson(ArnOf(alarm.Name));
        json["Tags"] = alarm.TagsToJson();
        store.Save(Kind, alarm.Name, Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    /// <summary>Forgets an alarm; false where there is none.</summary>
    public bool Delete(string name)
    {
        store.Delete(Kind, name);
        return alarms.TryRemove(name, out _);
    }

    /// <summary>Has every alarm look at its metric.</summary>
    public void Evaluate(DateTimeOffset now)
    {
        foreach (Alarm alarm in alarms.Values)
        {
            // Not over one that was changed or deleted meanwhile.
            alarms.TryUpdate(alarm.Name, alarm.Evaluate(metrics, now), alarm);
        }
    }
}
