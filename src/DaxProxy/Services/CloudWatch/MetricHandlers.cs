using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Engine.Services;
using DaxProxy.Services.Codecs;
using DaxProxy.Services.Model;

namespace DaxProxy.Services.CloudWatch;

/// <summary>GetMetricData, GetMetricStatistics, ListMetrics and PutMetricData.</summary>
/// <remarks>
/// Thread-safe. Source of limits and texts: the CloudWatch API reference; texts of which no answer was recorded are ours.
/// </remarks>
/// <param name="metrics">The values.</param>
/// <param name="time">The clock that minutes are counted by.</param>
internal sealed class MetricHandlers(MetricStore metrics, TimeProvider time)
{
    private const int MaxQueries = 500;
    private const int MaxDatapoints = 100_800;
    private const int MaxStatisticsDatapoints = 1_440;
    private const int MaxListed = 500;
    private const int MaxPut = 1_000;
    private const int MaxValues = 150;

    /// <summary>Source: the API reference, of values; ours, of counts, so that no sum is infinite.</summary>
    private const double MostCount = 1e15;

    private static readonly double MostValue = Math.Pow(2, 360);

    private static readonly TimeSpan OldestPut = TimeSpan.FromDays(14);
    private static readonly TimeSpan NewestPut = TimeSpan.FromHours(2);
    private static readonly TimeSpan Recently = TimeSpan.FromHours(3);

    public ServiceAnswer GetMetricData(JsonElement input)
    {
        JsonElement[] queries = [.. input.GetProperty("MetricDataQueries").EnumerateArray()];
        DateTimeOffset start = Timestamps.Of(input, "StartTime")!.Value, end = Timestamps.Of(input, "EndTime")!.Value;
        if (start >= end)
        {
            return Invalid("The parameter StartTime must be less than the parameter EndTime.");
        }

        if (queries.Length is 0 or > MaxQueries)
        {
            return Invalid($"The collection MetricDataQueries must have 1 to {MaxQueries} elements.");
        }

        foreach (JsonElement query in queries)
        {
            if (FaultOf(query) is { } fault)
            {
                return Invalid(fault);
            }
        }

        int most = Math.Min(Inputs.Integer(input, "MaxDatapoints") ?? MaxDatapoints, MaxDatapoints), at = 0, skipped = 0;
        if (most <= 0)
        {
            return Invalid("The parameter MaxDatapoints must be greater than 0.");
        }

        if (Inputs.Text(input, "NextToken") is { } token && !TryReadToken(token, queries.Length, out at, out skipped))
        {
            return new ServiceFault("InvalidNextToken", "The next token specified is invalid.");
        }

        bool isAscending = Inputs.Text(input, "ScanBy") == "TimestampAscending";
        JsonArray results = [];
        string? next = null;
        for (; at < queries.Length && next is null; at++, skipped = 0)
        {
            if (Inputs.Switch(queries[at], "ReturnData") == false)
            {
                continue;
            }

            JsonElement wanted = queries[at].GetProperty("MetricStat");
            MetricId id = MetricSpans.IdOf(wanted.GetProperty("Metric"))!;
            List<(DateTimeOffset Start, MetricCell Cell)> spans =
                MetricSpans.Read(metrics, id, start, end, wanted.GetProperty("Period").GetInt32());
            if (!isAscending)
            {
                spans.Reverse();
            }

            List<(DateTimeOffset Start, MetricCell Cell)> page = [.. spans.Skip(skipped).Take(most)];
            most -= page.Count;
            bool isWhole = skipped + page.Count == spans.Count;
            results.Add((JsonNode)ResultOf(queries[at], wanted, id, page, isWhole));
            next = !isWhole ? $"{at}-{skipped + page.Count}" : most == 0 && at + 1 < queries.Length ? $"{at + 1}-0" : null;
        }

        JsonObject answer = new() { ["MetricDataResults"] = results, ["Messages"] = new JsonArray() };
        if (next is not null)
        {
            answer["NextToken"] = next;
        }

        return answer;
    }

    public ServiceAnswer GetMetricStatistics(JsonElement input)
    {
        DateTimeOffset start = Timestamps.Of(input, "StartTime")!.Value, end = Timestamps.Of(input, "EndTime")!.Value;
        int period = input.GetProperty("Period").GetInt32();
        if (start >= end)
        {
            return Combination("The parameter StartTime must be less than the parameter EndTime.");
        }

        if (!IsPeriod(period))
        {
            return Value("The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.");
        }

        if (Inputs.Elements(input, "ExtendedStatistics") is not null)
        {
            return Value("Percentiles are not kept here; use Statistics.");
        }

        if (Inputs.Texts(input, "Statistics") is not { Count: > 0 } wanted)
        {
            return Missing("The parameter Statistics or ExtendedStatistics is required.");
        }

        double datapoints = Math.Ceiling((end - start).TotalSeconds / period);
        if (datapoints > MaxStatisticsDatapoints)
        {
            return Combination(string.Create(
                CultureInfo.InvariantCulture,
                $"You have requested up to {datapoints} datapoints, which exceeds the limit of {MaxStatisticsDatapoints}. You may reduce "
                + $"the datapoints requested by increasing Period, or decreasing the time range."));
        }

        if (MetricSpans.IdOf(input) is not { } id)
        {
            return Value("Names of metrics and dimensions must not have control characters.");
        }

        string unit = MetricUnits.Of(id.Namespace, id.Name);
        JsonArray points = [];
        foreach ((DateTimeOffset span, MetricCell cell) in IsOtherUnit(id, input) ? [] : MetricSpans.Read(metrics, id, start, end, period))
        {
            JsonObject point = new() { ["Timestamp"] = Timestamps.ToJson(span) };
            foreach (string statistic in wanted)
            {
                point[statistic] = MetricSpans.Of(cell, statistic);
            }

            point["Unit"] = unit;
            points.Add((JsonNode)point);
        }

        return new JsonObject { ["Label"] = id.Name, ["Datapoints"] = points };
    }

    public ServiceAnswer ListMetrics(JsonElement input)
    {
        string? space = Inputs.Text(input, "Namespace"), name = Inputs.Text(input, "MetricName");
        List<(string Name, string? Value)> wanted = (Inputs.Elements(input, "Dimensions") ?? [])
            .Select(dimension => (dimension.GetProperty("Name").GetString()!, Inputs.Text(dimension, "Value"))).ToList();
        int skipped = 0;
        if (Inputs.Text(input, "NextToken") is { } token && !TryReadCount(token, out skipped))
        {
            return Value("The value of the parameter NextToken is invalid.");
        }

        DateTimeOffset now = time.GetUtcNow();
        bool isActive = Inputs.Text(input, "RecentlyActive") is not null;
        List<MetricId> found =
        [
            .. metrics.Metrics
                .Where(id => (space is null || id.Namespace == space) && (name is null || id.Name == name))
                .Where(id => wanted.TrueForAll(one => id.Dimensions.Any(
                    dimension => dimension.Name == one.Name && (one.Value is null || dimension.Value == one.Value))))
                .Where(id => !isActive || MetricSpans.Read(metrics, id, now - Recently, now, 60).Count > 0)
                .OrderBy(id => id.Namespace, StringComparer.Ordinal).ThenBy(id => id.Name, StringComparer.Ordinal)
                .ThenBy(id => id.Key, StringComparer.Ordinal),
        ];
        JsonArray page = JsonLists.Of(found.Skip(skipped).Take(MaxListed).Select(id => new JsonObject
        {
            ["Namespace"] = id.Namespace, ["MetricName"] = id.Name, ["Dimensions"] = DimensionsOf(id),
        }));
        JsonObject answer = new() { ["Metrics"] = page };
        if (found.Count > skipped + MaxListed)
        {
            answer["NextToken"] = (skipped + MaxListed).ToString(CultureInfo.InvariantCulture);
        }

        return answer;
    }

    public ServiceAnswer PutMetricData(JsonElement input)
    {
        string space = input.GetProperty("Namespace").GetString()!;
        if (space.StartsWith("AWS/", StringComparison.Ordinal))
        {
            return Value("The value AWS/ for parameter Namespace is invalid.");
        }

        List<(MetricId Id, long Minute, MetricCell Cell)> read = [];
        foreach (JsonElement datum in Inputs.Elements(input, "MetricData") ?? [])
        {
            if (MetricSpans.IdOf(datum, space) is not { } id)
            {
                return Value("Names of metrics and dimensions must not have control characters.");
            }

            if (TryRead(datum, out DateTimeOffset at, out MetricCell cell) is { } fault)
            {
                return fault;
            }

            read.Add((id, MetricStore.MinuteOf(at), cell));
        }

        if (read.Count is 0 or > MaxPut)
        {
            return read.Count == 0
                ? Missing("The parameter MetricData is required.")
                : Value($"The collection MetricData must not have a size greater than {MaxPut}.");
        }

        read.ForEach(one => metrics.Add(one.Id, one.Minute, one.Cell));
        return ServiceAnswer.Empty;
    }

    /// <summary>Dimensions as the service shows them.</summary>
    public static JsonArray DimensionsOf(MetricId id) =>
        JsonLists.Of(id.Dimensions.Select(dimension => new JsonObject { ["Name"] = dimension.Name, ["Value"] = dimension.Value }));

    /// <summary>Whether spans may have this length.</summary>
    public static bool IsPeriod(int seconds) => seconds is 1 or 5 or 10 or 20 or 30 || (seconds > 0 && seconds % 60 == 0);

    private static JsonObject ResultOf(
        JsonElement query, JsonElement wanted, MetricId id, List<(DateTimeOffset Start, MetricCell Cell)> page, bool isWhole)
    {
        string statistic = wanted.GetProperty("Stat").GetString()!;
        bool isOther = IsOtherUnit(id, wanted);
        return new JsonObject
        {
            ["Id"] = query.GetProperty("Id").GetString(),
            ["Label"] = Inputs.Text(query, "Label") ?? id.Name,
            ["Timestamps"] = new JsonArray([.. isOther ? [] : page.Select(span => Timestamps.ToJson(span.Start))]),
            ["Values"] = new JsonArray(
                [.. isOther ? [] : page.Select(span => (JsonNode)JsonValue.Create(MetricSpans.Of(span.Cell, statistic)))]),
            ["StatusCode"] = isWhole ? "Complete" : "PartialData",
        };
    }

    /// <summary>Whether values are asked for in another unit than the metric has. Of metrics that clients put none is known.</summary>
    private static bool IsOtherUnit(MetricId id, JsonElement input) => Inputs.Text(input, "Unit") is { } asked
        && MetricUnits.Of(id.Namespace, id.Name) is not "None" and var own && own != asked;

    private static string? FaultOf(JsonElement query)
    {
        string id = query.GetProperty("Id").GetString()!;
        if (!query.TryGetProperty("MetricStat", out JsonElement wanted) || wanted.ValueKind != JsonValueKind.Object)
        {
            return query.TryGetProperty("Expression", out _)
                ? $"The expression of '{id}' cannot be evaluated here: only queries with MetricStat are answered."
                : $"The query '{id}' must have MetricStat or Expression.";
        }

        JsonElement metric = wanted.GetProperty("Metric");
        return MetricSpans.IdOf(metric) is not { Namespace.Length: > 0, Name.Length: > 0 }
            ? $"The metric of '{id}' must have a namespace and a name without control characters."
            : !IsPeriod(wanted.GetProperty("Period").GetInt32()) ? $"The period of '{id}' must be 1, 5, 10, 20, 30 or a multiple of 60."
            : !MetricSpans.Statistics.Contains(wanted.GetProperty("Stat").GetString())
                ? $"The statistic of '{id}' is not kept here; use one of {string.Join(", ", MetricSpans.Statistics)}."
                : null;
    }

    private static bool TryReadToken(string token, int queries, out int at, out int skipped)
    {
        skipped = 0;
        string[] parts = token.Split('-');
        return TryReadCount(parts[0], out at) && at < queries && parts.Length == 2 && TryReadCount(parts[1], out skipped);
    }

    private static bool TryReadCount(string text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count);

    private ServiceFault? TryRead(JsonElement datum, out DateTimeOffset at, out MetricCell cell)
    {
        DateTimeOffset now = time.GetUtcNow();
        at = Timestamps.Of(datum, "Timestamp") ?? now;
        cell = default;
        if (at < now - OldestPut || at > now + NewestPut)
        {
            return Value("The parameter Timestamp must be at most two weeks in the past and two hours in the future.");
        }

        double[] values = [.. (Inputs.Elements(datum, "Values") ?? []).Select(value => value.GetDouble())];
        double[] counts = [.. (Inputs.Elements(datum, "Counts") ?? []).Select(value => value.GetDouble())];
        bool hasSet = datum.TryGetProperty("StatisticValues", out JsonElement set) && set.ValueKind == JsonValueKind.Object;
        double? single = Inputs.Number(datum, "Value");
        if ((single is null ? 0 : 1) + (hasSet ? 1 : 0) + (values.Length > 0 ? 1 : 0) != 1)
        {
            return Combination("Exactly one of the parameters Value, Values and StatisticValues must be specified.");
        }

        IEnumerable<double> all = values.Concat(counts).Append(single ?? 0)
            .Concat(hasSet ? [Member("Sum"), Member("SampleCount"), Member("Minimum"), Member("Maximum")] : []);
        if (all.Any(number => Math.Abs(number) > MostValue) || counts.Any(count => count > MostCount))
        {
            return Value("Values must be within -2^360 and 2^360, and counts at most 10^15.");
        }

        if (values.Length > MaxValues || (counts.Length > 0 && counts.Length != values.Length) || counts.Any(count => count <= 0))
        {
            return Value($"Values must have at most {MaxValues} elements, and Counts as many, each greater than 0.");
        }

        if (hasSet)
        {
            cell = new MetricCell(Member("Sum"), Member("SampleCount"), Member("Minimum"), Member("Maximum"));
            return cell.Count > 0 && cell.Minimum <= cell.Maximum
                ? null
                : Value("StatisticValues must have a SampleCount greater than 0 and a Minimum not greater than its Maximum.");
        }

        cell = single is { } one ? MetricCell.Of(one) : default;
        for (int index = 0; index < values.Length; index++)
        {
            double count = counts.Length == 0 ? 1 : counts[index];
            cell += new MetricCell(values[index] * count, count, values[index], values[index]);
        }

        return null;

        double Member(string name) => set.GetProperty(name).GetDouble();
    }

    private static ServiceFault Invalid(string message) => new("ValidationError", message);

    private static ServiceFault Value(string message) =>
        new("InvalidParameterValueException", message) { QueryCode = "InvalidParameterValue" };

    private static ServiceFault Missing(string message) =>
        new("MissingRequiredParameterException", message) { QueryCode = "MissingParameter" };

    private static ServiceFault Combination(string message) =>
        new("InvalidParameterCombinationException", message) { QueryCode = "InvalidParameterCombination" };
}
