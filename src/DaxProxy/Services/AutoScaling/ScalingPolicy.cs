using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Engine.Services;
using DaxProxy.Services.CloudWatch;
using DaxProxy.Services.Codecs;

namespace DaxProxy.Services.AutoScaling;

/// <summary>
/// A policy of target tracking: the capacity is to be so much that what is consumed of it is a given part. Two alarms start it, and two
/// show that something else has changed the capacity.
/// </summary>
/// <remarks>
/// Immutable. Source of names, periods and thresholds of the alarms: what the service makes, as shown by its documentation. The one for
/// scaling in looks 20 percentage points below the target.
/// </remarks>
internal sealed record ScalingPolicy
{
    /// <summary>How many alarms a policy has.</summary>
    public const int AlarmCount = 4;

    private const int LowBelowTarget = 20;
    private const int HighPeriods = 2, LowPeriods = 15, CapacityPeriods = 3;
    private const int MinuteSeconds = 60, CapacitySeconds = 300;

    public required ScalableResource Resource { get; init; }

    public required string Name { get; init; }

    public required string Arn { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Percent of the capacity that are to be consumed.</summary>
    public required double TargetValue { get; init; }

    public required TimeSpan ScaleOutCooldown { get; init; }

    public required TimeSpan ScaleInCooldown { get; init; }

    public bool IsScaleInDisabled { get; init; }

    /// <summary>The configuration as it was put.</summary>
    public required JsonObject Configuration { get; init; }

    /// <summary>Ids of the alarms for more, for less, and for capacity that something else has raised or lowered.</summary>
    public required IReadOnlyList<string> AlarmIds { get; init; }

    /// <summary>Name of the alarm that starts scaling out.</summary>
    public string HighAlarm => $"TargetTracking-{Resource.ResourceId}-AlarmHigh-{AlarmIds[0]}";

    /// <summary>Name of the alarm that starts scaling in.</summary>
    public string LowAlarm => $"TargetTracking-{Resource.ResourceId}-AlarmLow-{AlarmIds[1]}";

    /// <summary>Names of all its alarms.</summary>
    public IEnumerable<string> Alarms =>
    [
        HighAlarm,
        LowAlarm,
        $"TargetTracking-{Resource.ResourceId}-ProvisionedCapacityHigh-{AlarmIds[2]}",
        $"TargetTracking-{Resource.ResourceId}-ProvisionedCapacityLow-{AlarmIds[3]}",
    ];

    /// <summary>Its alarms as they have to be for a capacity.</summary>
    /// <param name="capacity">The units a second that there are.</param>
    /// <param name="now">The time.</param>
    public IEnumerable<Alarm> AlarmsFor(long capacity, DateTimeOffset now)
    {
        string[] names = [.. Alarms];
        string units = Resource.IsWrite ? "WriteCapacityUnits" : "ReadCapacityUnits";
        double perMinute = capacity * MinuteSeconds / 100.0;
        yield return Make(names[0], "Consumed" + units, "Sum", MinuteSeconds, HighPeriods, "GreaterThanThreshold", perMinute * TargetValue);
        double low = perMinute * (TargetValue - LowBelowTarget);
        yield return Make(names[1], "Consumed" + units, "Sum", MinuteSeconds, LowPeriods, "LessThanThreshold", low);
        yield return Make(
            names[2], "Provisioned" + units, "Average", CapacitySeconds, CapacityPeriods, "GreaterThanThreshold", capacity);
        yield return Make(names[3], "Provisioned" + units, "Average", CapacitySeconds, CapacityPeriods, "LessThanThreshold", capacity);

        Alarm Make(string name, string metric, string statistic, int period, int periods, string comparison, double threshold) => new()
        {
            Name = name,
            Description = string.Create(CultureInfo.InvariantCulture, $"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {Arn}."),
            Metric = Resource.Index is null
                ? MetricId.Of("AWS/DynamoDB", metric, ("TableName", Resource.Table))
                : MetricId.Of("AWS/DynamoDB", metric, ("TableName", Resource.Table), ("GlobalSecondaryIndexName", Resource.Index)),
            Statistic = statistic,
            Period = period,
            EvaluationPeriods = periods,
            Threshold = threshold,
            ComparisonOperator = comparison,
            AlarmActions = [Arn],
            ConfiguredAt = now,
            StateAt = now,
        };
    }

    /// <summary>The capacity of which what was consumed in a minute is the wanted part.</summary>
    /// <param name="consumed">The units of a minute.</param>
    public long CapacityFor(double consumed) => (long)Math.Ceiling(consumed / MinuteSeconds * 100 / TargetValue);

    /// <summary>As the service shows it, and as it is stored.</summary>
    /// <param name="arnOf">The resource name of an alarm.</param>
    public JsonObject ToJson(Func<string, string> arnOf) => new()
    {
        ["PolicyARN"] = Arn,
        ["PolicyName"] = Name,
        ["ServiceNamespace"] = ScalableResource.DynamoDb,
        ["ResourceId"] = Resource.ResourceId,
        ["ScalableDimension"] = Resource.Dimension,
        ["PolicyType"] = "TargetTrackingScaling",
        ["TargetTrackingScalingPolicyConfiguration"] = Configuration.DeepClone(),
        [nameof(Alarms)] = AlarmsToJson(arnOf),
        ["CreationTime"] = Timestamps.ToJson(CreatedAt),
    };

    /// <summary>The alarms as the service shows them.</summary>
    public JsonArray AlarmsToJson(Func<string, string> arnOf) =>
        JsonLists.Of(Alarms.Select(name => new JsonObject { ["AlarmName"] = name, ["AlarmARN"] = arnOf(name) }));

    /// <summary>A policy with what was put.</summary>
    /// <param name="configuration">The configuration of target tracking.</param>
    public ScalingPolicy With(JsonElement configuration) => this with
    {
        TargetValue = configuration.GetProperty(nameof(TargetValue)).GetDouble(),
        ScaleOutCooldown = TimeSpan.FromSeconds(Inputs.Integer(configuration, "ScaleOutCooldown") ?? 0),
        ScaleInCooldown = TimeSpan.FromSeconds(Inputs.Integer(configuration, "ScaleInCooldown") ?? 0),
        IsScaleInDisabled = Inputs.Switch(configuration, "DisableScaleIn") == true,
        Configuration = JsonObject.Create(configuration.Clone())!,
    };

    /// <summary>Reads one that was stored.</summary>
    public static ScalingPolicy Read(JsonElement json)
    {
        string[] alarms = [.. json.GetProperty(nameof(Alarms)).EnumerateArray().Select(alarm => Inputs.Text(alarm, "AlarmName")!)];
        return new ScalingPolicy
        {
            Resource = ScalableResource.Of(json) ?? throw new FormatException("It names no resource."),
            Name = Inputs.Text(json, "PolicyName")!,
            Arn = Inputs.Text(json, "PolicyARN")!,
            CreatedAt = Timestamps.Of(json, "CreationTime")!.Value,
            AlarmIds = alarms.Length == AlarmCount
                ? [.. alarms.Select(name => name[^UuidLength..])]
                : throw new FormatException("It does not name its alarms."),
            TargetValue = 0,
            ScaleOutCooldown = default,
            ScaleInCooldown = default,
            Configuration = [],
        }.With(json.GetProperty("TargetTrackingScalingPolicyConfiguration"));
    }

    private const int UuidLength = 36;
}
