using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Engine.Services;
using DaxProxy.Services.Codecs;
using DaxProxy.Services.Model;

namespace DaxProxy.Services.CloudWatch;

/// <summary>What clients do with alarms: put, describe, delete, switch, tag.</summary>
/// <remarks>Thread-safe. Source of rules: the CloudWatch API reference; texts of which no answer was recorded are ours.</remarks>
/// <param name="board">The alarms.</param>
/// <param name="time">The clock.</param>
internal sealed class AlarmHandlers(AlarmBoard board, TimeProvider time)
{
    private const int MaxTags = 50;
    private const int MaxDescribed = 100;
    private const int DefaultDescribed = 50;
    private const int LongestWindowSeconds = 7 * 24 * 60 * 60;

    private static readonly string[] Comparisons =
    [
        "GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold",
    ];

    private static readonly string[] MissingData = ["breaching", "notBreaching", "ignore", "missing"];
    private static readonly string[] States = [Alarm.Ok, Alarm.Alerting, Alarm.Unsure];

    /// <summary>Members of PutMetricAlarm that ask for another kind of alarm than one on a metric's statistic.</summary>
    private static readonly string[] OtherKinds =
    [
        "Metrics", "ExtendedStatistic", "ThresholdMetricId", "EvaluationWindow", "EvaluationCriteria", "EvaluationInterval",
    ];

    public ServiceAnswer PutMetricAlarm(JsonElement input)
    {
        if (FaultOf(input) is { } fault)
        {
            return Invalid(fault);
        }

        DateTimeOffset now = time.GetUtcNow();
        Alarm alarm = Alarm.Read(input, now);
        Alarm? known = board.Find(alarm.Name);
        if (known is null && board.Count >= AlarmBoard.MaxAlarms)
        {
            return new ServiceFault("LimitExceededFault", $"There may be at most {AlarmBoard.MaxAlarms} alarms.")
            {
                QueryCode = "LimitExceeded",
            };
        }

        if (alarm.Tags.Count > MaxTags)
        {
            return Invalid($"An alarm can have at most {MaxTags} tags.");
        }

        // An alarm that is put again keeps its state until the next look, and its tags.
        board.Put(known is null
            ? alarm with { State = Alarm.Unsure }
            : alarm with { State = known.State, StateAt = known.StateAt, Reason = known.Reason, Tags = known.Tags });
        return ServiceAnswer.Empty;
    }

    public ServiceAnswer DescribeAlarms(JsonElement input)
    {
        IReadOnlyList<string>? names = Inputs.Texts(input, "AlarmNames"), types = Inputs.Texts(input, "AlarmTypes");
        string? prefix = Inputs.Text(input, "AlarmNamePrefix"), state = Inputs.Text(input, "StateValue");
        string? action = Inputs.Text(input, "ActionPrefix"), from = Inputs.Text(input, "NextToken");
        if (names is not null && prefix is not null)
        {
            return Invalid("AlarmNames and AlarmNamePrefix cannot both be specified.");
        }

        if (state is not null && !States.Contains(state))
        {
            return Invalid($"'{state}' is no state of an alarm.");
        }

        bool hasMetricAlarms = (types is null or { Count: 0 } || types.Contains("MetricAlarm"))
            && Inputs.Text(input, "ChildrenOfAlarmName") is null && Inputs.Text(input, "ParentsOfAlarmName") is null;
        List<Alarm> found = hasMetricAlarms
            ?
            [
                .. board.All
                    .Where(alarm => names is null || names.Contains(alarm.Name))
                    .Where(alarm => prefix is null || alarm.Name.StartsWith(prefix, StringComparison.Ordinal))
                    .Where(alarm => state is null || alarm.State == state)
                    .Where(alarm => action is null || alarm.AlarmActions.Concat(alarm.OkActions).Concat(alarm.InsufficientDataActions)
                        .Any(arn => arn.StartsWith(action, StringComparison.Ordinal)))
                    .Where(alarm => from is null || string.CompareOrdinal(alarm.Name, from) > 0),
            ]
            : [];
        int most = Math.Min(Inputs.Integer(input, "MaxRecords") ?? (names is null ? DefaultDescribed : MaxDescribed), MaxDescribed);
        JsonObject answer = new() { ["CompositeAlarms"] = new JsonArray(), ["MetricAlarms"] = ListOf(found.Take(most)) };
        if (found.Count > most)
        {
            answer["NextToken"] = found[most - 1].Name;
        }

        return answer;
    }

    public ServiceAnswer DescribeAlarmsForMetric(JsonElement input)
    {
        string? statistic = Inputs.Text(input, "Statistic"), unit = Inputs.Text(input, "Unit");
        int? period = Inputs.Integer(input, "Period");
        MetricId? id = MetricSpans.IdOf(input);
        return new JsonObject
        {
            ["MetricAlarms"] = ListOf(board.All.Where(alarm => alarm.Metric == id
                && (statistic is null || alarm.Statistic == statistic)
                && (unit is null || alarm.Unit == unit)
                && (period is null || alarm.Period == period)
                && Inputs.Text(input, "ExtendedStatistic") is null)),
        };
    }

    public ServiceAnswer DeleteAlarms(JsonElement input)
    {
        string[] names = [.. Inputs.Texts(input, "AlarmNames")!];
        if (Array.Find(names, name => board.Find(name) is null) is { } absent && names.Length == 1)
        {
            return NotFound(absent);
        }

        foreach (string name in names)
        {
            board.Delete(name);
        }

        return ServiceAnswer.Empty;
    }

    public ServiceAnswer SetAlarmState(JsonElement input)
    {
        string name = input.GetProperty("AlarmName").GetString()!, state = input.GetProperty("StateValue").GetString()!;
        if (!States.Contains(state))
        {
            return Invalid($"'{state}' is no state of an alarm.");
        }

        if (board.Find(name) is not { } alarm)
        {
            return NotFound(name);
        }

        board.Put(alarm with { State = state, Reason = input.GetProperty("StateReason").GetString()!, StateAt = time.GetUtcNow() });
        return ServiceAnswer.Empty;
    }

    public ServiceAnswer SwitchActions(JsonElement input, bool isEnabled)
    {
        foreach (Alarm alarm in Inputs.Texts(input, "AlarmNames")!.Select(board.Find).OfType<Alarm>())
        {
            board.Put(alarm with { ActionsEnabled = isEnabled });
        }

        return ServiceAnswer.Empty;
    }

    public ServiceAnswer TagResource(JsonElement input) => Retag(
        input,
        (alarm, tags) =>
        {
            foreach (JsonElement tag in Inputs.Elements(input, "Tags")!)
            {
                tags[tag.GetProperty("Key").GetString()!] = tag.GetProperty("Value").GetString()!;
            }
        });

    public ServiceAnswer UntagResource(JsonElement input) => Retag(
        input,
        (_, tags) =>
        {
            foreach (string key in Inputs.Texts(input, "TagKeys")!)
            {
                tags.Remove(key);
            }
        });

    public ServiceAnswer ListTagsForResource(JsonElement input) =>
        board.FindByArn(input.GetProperty("ResourceARN").GetString()!) is { } alarm
            ? new JsonObject { ["Tags"] = alarm.TagsToJson() }
            : NoResource(input.GetProperty("ResourceARN").GetString()!);

    private ServiceAnswer Retag(JsonElement input, Action<Alarm, Dictionary<string, string>> change)
    {
        string arn = input.GetProperty("ResourceARN").GetString()!;
        if (board.FindByArn(arn) is not { } alarm)
        {
            return NoResource(arn);
        }

        Dictionary<string, string> tags = new(alarm.Tags, StringComparer.Ordinal);
        change(alarm, tags);
        if (tags.Count > MaxTags)
        {
            return Invalid($"An alarm can have at most {MaxTags} tags.");
        }

        board.Put(alarm with { Tags = [.. tags] });
        return ServiceAnswer.Empty;
    }

    private JsonArray ListOf(IEnumerable<Alarm> alarms) => JsonLists.Of(alarms.Select(alarm => alarm.ToJson(board.ArnOf(alarm.Name))));

    private static string? FaultOf(JsonElement input)
    {
        if (Array.Find(OtherKinds, member => input.TryGetProperty(member, out JsonElement value) && value.ValueKind != JsonValueKind.Null)
            is { } other)
        {
            return $"{other} is not supported here: an alarm looks at one statistic of one metric.";
        }

        foreach (string member in (string[])["MetricName", "Namespace", "Statistic", "ComparisonOperator"])
        {
            if (Inputs.Text(input, member) is null)
            {
                return $"The parameter {member} is required.";
            }
        }

        int period = Inputs.Integer(input, "Period") ?? 0, periods = Inputs.Integer(input, "EvaluationPeriods") ?? 0;
        return Inputs.Number(input, "Threshold") is null ? "The parameter Threshold is required."
            : !(period is 10 or 30 || (period > 0 && period % 60 == 0)) ? "The parameter Period must be 10, 30 or a multiple of 60."
            : periods <= 0 ? "The parameter EvaluationPeriods is required."
            : (long)period * periods > LongestWindowSeconds
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"Metrics cannot be checked across more than {LongestWindowSeconds} seconds (EvaluationPeriods * Period).")
            : Inputs.Integer(input, "DatapointsToAlarm") > periods
                ? "The parameter DatapointsToAlarm must not be greater than EvaluationPeriods."
            : !Comparisons.Contains(Inputs.Text(input, "ComparisonOperator"))
                ? $"The parameter ComparisonOperator must be one of {string.Join(", ", Comparisons)}."
            : !MetricSpans.Statistics.Contains(Inputs.Text(input, "Statistic"))
                ? $"The parameter Statistic must be one of {string.Join(", ", MetricSpans.Statistics)}."
            : Inputs.Text(input, "TreatMissingData") is { } missing && !MissingData.Contains(missing)
                ? $"The parameter TreatMissingData must be one of {string.Join(", ", MissingData)}."
            : MetricSpans.IdOf(input) is null ? "Names of metrics and dimensions must not have control characters."
            : null;
    }

    private static ServiceFault Invalid(string message) => new("ValidationError", message);

    /// <summary>The refusal of what names its alarm by an ARN. Source: the service's model, of the operations on tags.</summary>
    private static ServiceFault NoResource(string arn) =>
        new("ResourceNotFoundException", $"There is no alarm '{arn}'.", StatusCodes.Status404NotFound);

    private static ServiceFault NotFound(string name) =>
        new("ResourceNotFound", $"There is no alarm '{name}'.", StatusCodes.Status404NotFound);
}
