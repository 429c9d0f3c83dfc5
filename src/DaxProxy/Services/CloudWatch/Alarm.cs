using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Engine.Services;
using DaxProxy.Services.Codecs;

namespace DaxProxy.Services.CloudWatch;

/// <summary>An alarm on one metric: what it looks for, and the state that it is in.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record Alarm
{
    /// <summary>The states.</summary>
    public const string Ok = "OK", Alerting = "ALARM", Unsure = "INSUFFICIENT_DATA";

    public required string Name { get; init; }

    public string? Description { get; init; }

    public required MetricId Metric { get; init; }

    /// <summary>One of <see cref="MetricSpans.Statistics"/>.</summary>
    public required string Statistic { get; init; }

    public string? Unit { get; init; }

    /// <summary>The length of a period in seconds: a multiple of 60, or 10 or 30, which count as 60.</summary>
    public required int Period { get; init; }

    /// <summary>How many periods are looked at.</summary>
    public required int EvaluationPeriods { get; init; }

    /// <summary>How many of them have to breach the threshold; null where it was not said, which means all.</summary>
    public int? DatapointsToAlarm { get; init; }

    public required double Threshold { get; init; }

    public required string ComparisonOperator { get; init; }

    public string TreatMissingData { get; init; } = "missing";

    public bool ActionsEnabled { get; init; } = true;

    public IReadOnlyList<string> OkActions { get; init; } = [];

    public IReadOnlyList<string> AlarmActions { get; init; } = [];

    public IReadOnlyList<string> InsufficientDataActions { get; init; } = [];

    public required DateTimeOffset ConfiguredAt { get; init; }

    public string State { get; init; } = Unsure;

    public string Reason { get; init; } = "Unchecked: Initial alarm creation";

    public required DateTimeOffset StateAt { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Tags { get; init; } = [];

    /// <summary>The highest value of the periods that were looked at last; null where there was none. Not shown.</summary>
    public double? Highest { get; init; }

    private int Needed => DatapointsToAlarm ?? EvaluationPeriods;

    /// <summary>Whether a value is what the alarm looks for.</summary>
    public bool Breaches(double value) => ComparisonOperator switch
    {
        "GreaterThanOrEqualToThreshold" => value >= Threshold,
        "GreaterThanThreshold" => value > Threshold,
        "LessThanThreshold" => value < Threshold,
        _ => value <= Threshold,
    };

    /// <summary>The alarm after a look at the values before a time.</summary>
    /// <param name="metrics">The values.</param>
    /// <param name="now">The time; the last period that counts has ended by then.</param>
    public Alarm Evaluate(MetricStore metrics, DateTimeOffset now)
    {
        int seconds = Math.Max(Period, 60);
        DateTimeOffset end = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() / seconds * seconds);
        List<(DateTimeOffset Start, double Value)> points = MetricSpans
            .Read(metrics, Metric, end - TimeSpan.FromSeconds((double)seconds * EvaluationPeriods), end, seconds)
            .ConvertAll(span => (span.Start, MetricSpans.Of(span.Cell, Statistic)));
        int missing = EvaluationPeriods - points.Count;
        int breaching = points.Count(point => Breaches(point.Value)) + (TreatMissingData == "breaching" ? missing : 0);
        bool isSilent = points.Count == 0 && TreatMissingData is "missing" or "ignore";
        string state = breaching >= Needed ? Alerting
            : isSilent ? TreatMissingData == "ignore" ? State : Unsure
            : TreatMissingData is "missing" or "ignore" && points.Count < Needed && breaching == points.Count ? State
            : Ok;
        Alarm looked = this with { Highest = points.Count == 0 ? null : points.Max(point => point.Value) };
        return state == State ? looked : looked with { State = state, StateAt = now, Reason = ReasonOf(state, points) };
    }

    /// <summary>As the service shows it, and as it is stored.</summary>
    public JsonObject ToJson(string arn)
    {
        JsonObject json = new() { ["AlarmName"] = Name, ["AlarmArn"] = arn };
        if (Description is not null)
        {
            json["AlarmDescription"] = Description;
        }

        json["AlarmConfigurationUpdatedTimestamp"] = Timestamps.ToJson(ConfiguredAt);
        json[nameof(ActionsEnabled)] = ActionsEnabled;
        json["OKActions"] = JsonLists.Of(OkActions);
        json[nameof(AlarmActions)] = JsonLists.Of(AlarmActions);
        json[nameof(InsufficientDataActions)] = JsonLists.Of(InsufficientDataActions);
        json["StateValue"] = State;
        json["StateReason"] = Reason;
        json["StateUpdatedTimestamp"] = Timestamps.ToJson(StateAt);
        json["StateTransitionedTimestamp"] = Timestamps.ToJson(StateAt);
        json["MetricName"] = Metric.Name;
        json["Namespace"] = Metric.Namespace;
        json[nameof(Statistic)] = Statistic;
        json["Dimensions"] = MetricHandlers.DimensionsOf(Metric);
        json[nameof(Period)] = Period;
        if (Unit is not null)
        {
            json[nameof(Unit)] = Unit;
        }

        json[nameof(EvaluationPeriods)] = EvaluationPeriods;
        if (DatapointsToAlarm is { } needed)
        {
            json[nameof(DatapointsToAlarm)] = needed;
        }

        json[nameof(Threshold)] = Threshold;
        json[nameof(ComparisonOperator)] = ComparisonOperator;
        json[nameof(TreatMissingData)] = TreatMissingData;
        return json;
    }

    /// <summary>Reads a request for an alarm, or one that was stored.</summary>
    /// <param name="input">The members of PutMetricAlarm, and of a stored one those of its state.</param>
    /// <param name="now">The time, for what the input does not say.</param>
    public static Alarm Read(JsonElement input, DateTimeOffset now)
    {
        return new Alarm
        {
            Name = Inputs.Text(input, "AlarmName")!,
            Description = Inputs.Text(input, "AlarmDescription"),
            Metric = MetricSpans.IdOf(input) ?? throw new FormatException("It names no metric."),
            Statistic = Inputs.Text(input, "Statistic") ?? "Average",
            Unit = Inputs.Text(input, "Unit"),
            Period = Inputs.Integer(input, "Period") ?? 60,
            EvaluationPeriods = Inputs.Integer(input, "EvaluationPeriods") ?? 1,
            DatapointsToAlarm = Inputs.Integer(input, "DatapointsToAlarm"),
            Threshold = Inputs.Number(input, "Threshold") ?? 0,
            ComparisonOperator = Inputs.Text(input, "ComparisonOperator")!,
            TreatMissingData = Inputs.Text(input, "TreatMissingData") ?? "missing",
            ActionsEnabled = Inputs.Switch(input, "ActionsEnabled") ?? true,
            OkActions = Inputs.Texts(input, "OKActions") ?? [],
            AlarmActions = Inputs.Texts(input, "AlarmActions") ?? [],
            InsufficientDataActions = Inputs.Texts(input, "InsufficientDataActions") ?? [],
            ConfiguredAt = Timestamps.Of(input, "AlarmConfigurationUpdatedTimestamp") ?? now,
            State = Inputs.Text(input, "StateValue") ?? Unsure,
            Reason = Inputs.Text(input, "StateReason") ?? "Unchecked: Initial alarm creation",
            StateAt = Timestamps.Of(input, "StateUpdatedTimestamp") ?? now,
            Tags =
            [
                .. (Inputs.Elements(input, "Tags") ?? []).Select(tag =>
                    KeyValuePair.Create(tag.GetProperty("Key").GetString()!, tag.GetProperty("Value").GetString()!)),
            ],
        };
    }

    /// <summary>Tags as the service shows them.</summary>
    public JsonArray TagsToJson() => JsonLists.Of(Tags.Select(tag => new JsonObject { ["Key"] = tag.Key, ["Value"] = tag.Value }));

    private string ReasonOf(string state, List<(DateTimeOffset Start, double Value)> points)
    {
        if (state == Unsure)
        {
            return $"Insufficient Data: {EvaluationPeriods} datapoints were unknown.";
        }

        bool isAlerting = state == Alerting;
        string[] shown =
        [
            .. points.Where(point => Breaches(point.Value) == isAlerting).TakeLast(5).Select(point => string.Create(
                CultureInfo.InvariantCulture, $"{point.Value} ({point.Start.UtcDateTime:dd/MM/yy HH:mm:ss})")),
        ];
        string comparison = ComparisonOperator switch
        {
            "GreaterThanOrEqualToThreshold" => "greater than or equal to",
            "GreaterThanThreshold" => "greater than",
            "LessThanThreshold" => "less than",
            _ => "less than or equal to",
        };
        string verb = shown.Length == 1 ? "was" : "were";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Threshold Crossed: {shown.Length} out of the last {EvaluationPeriods} datapoints [{string.Join(", ", shown)}] {verb}"
            + $"{(isAlerting ? "" : " not")} {comparison} the threshold ({Threshold}) (minimum {Needed} "
            + $"datapoint{(Needed == 1 ? "" : "s")} for {(isAlerting ? "OK -> ALARM" : "ALARM -> OK")} transition).");
    }
}
