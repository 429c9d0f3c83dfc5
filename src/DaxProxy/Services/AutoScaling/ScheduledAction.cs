using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Services.Codecs;

namespace DaxProxy.Services.AutoScaling;

/// <summary>New limits of a target at times to come.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record ScheduledAction
{
    public required ScalableResource Resource { get; init; }

    public required string Name { get; init; }

    public required string Arn { get; init; }

    /// <summary>The schedule as it was put.</summary>
    public required string Text { get; init; }

    public string? Timezone { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    public DateTimeOffset? EndTime { get; init; }

    public int? MinCapacity { get; init; }

    public int? MaxCapacity { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The schedule; null where the text is none.</summary>
    public Schedule? Schedule => Schedule.TryParse(Text, Timezone);

    /// <summary>Whether it is due in a minute.</summary>
    public bool IsDue(DateTimeOffset minute) => !(minute < StartTime) && !(minute > EndTime)
        && Schedule?.IsDue(minute, StartTime ?? CreatedAt) == true;

    /// <summary>As the service shows it, and as it is stored.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = new()
        {
            ["ScheduledActionName"] = Name,
            ["ScheduledActionARN"] = Arn,
            ["ServiceNamespace"] = ScalableResource.DynamoDb,
            [nameof(Schedule)] = Text,
            ["ResourceId"] = Resource.ResourceId,
            ["ScalableDimension"] = Resource.Dimension,
            ["CreationTime"] = Timestamps.ToJson(CreatedAt),
        };
        if (Timezone is not null)
        {
            json[nameof(Timezone)] = Timezone;
        }

        if (StartTime is { } start)
        {
            json[nameof(StartTime)] = Timestamps.ToJson(start);
        }

        if (EndTime is { } end)
        {
            json[nameof(EndTime)] = Timestamps.ToJson(end);
        }

        JsonObject action = [];
        if (MinCapacity is { } min)
        {
            action[nameof(MinCapacity)] = min;
        }

        if (MaxCapacity is { } max)
        {
            action[nameof(MaxCapacity)] = max;
        }

        json["ScalableTargetAction"] = action;
        return json;
    }

    /// <summary>
    /// What was put, over what there was; or one that was stored. Source: as the API reference says, what is not put stays as it was, but
    /// for the times of its start and end, which are deleted.
    /// </summary>
    public ScheduledAction With(JsonElement input)
    {
        bool hasAction = input.TryGetProperty("ScalableTargetAction", out JsonElement action) && action.ValueKind == JsonValueKind.Object;
        return this with
        {
            Text = Inputs.Text(input, "Schedule") ?? Text,
            Timezone = Inputs.Text(input, "Timezone") ?? Timezone,
            StartTime = Timestamps.Of(input, "StartTime"),
            EndTime = Timestamps.Of(input, "EndTime"),
            MinCapacity = hasAction ? Inputs.Integer(action, "MinCapacity") : MinCapacity,
            MaxCapacity = hasAction ? Inputs.Integer(action, "MaxCapacity") : MaxCapacity,
        };
    }

    /// <summary>Reads one that was stored.</summary>
    public static ScheduledAction Read(JsonElement json) => new ScheduledAction
    {
        Resource = ScalableResource.Of(json) ?? throw new FormatException("It names no resource."),
        Name = Inputs.Text(json, "ScheduledActionName")!,
        Arn = Inputs.Text(json, "ScheduledActionARN")!,
        Text = "",
        CreatedAt = Timestamps.Of(json, "CreationTime")!.Value,
    }.With(json);
}
