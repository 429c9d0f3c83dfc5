using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Services.Codecs;

namespace DaxProxy.Services.AutoScaling;

/// <summary>A resource that is scaled, within which limits, and what is known of how it was.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record ScalableTarget
{
    public required ScalableResource Resource { get; init; }

    public required string Arn { get; init; }

    public required string RoleArn { get; init; }

    public required int MinCapacity { get; init; }

    public required int MaxCapacity { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public bool IsScalingInSuspended { get; init; }

    public bool IsScalingOutSuspended { get; init; }

    public bool IsScheduleSuspended { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>When a policy last raised capacity, which cooldowns count from; null for never.</summary>
    public DateTimeOffset? ScaledOutAt { get; init; }

    /// <summary>When a policy last lowered it; null for never.</summary>
    public DateTimeOffset? ScaledInAt { get; init; }

    /// <summary>Before when it is not lowered again, as DynamoDB has refused that; null for none.</summary>
    public DateTimeOffset? NotInBefore { get; init; }

    /// <summary>As the service shows it.</summary>
    public JsonObject ToJson() => new()
    {
        ["ServiceNamespace"] = ScalableResource.DynamoDb,
        ["ResourceId"] = Resource.ResourceId,
        ["ScalableDimension"] = Resource.Dimension,
        [nameof(MinCapacity)] = MinCapacity,
        [nameof(MaxCapacity)] = MaxCapacity,
        ["RoleARN"] = RoleArn,
        ["CreationTime"] = Timestamps.ToJson(CreatedAt),
        ["SuspendedState"] = new JsonObject
        {
            ["DynamicScalingInSuspended"] = IsScalingInSuspended,
            ["DynamicScalingOutSuspended"] = IsScalingOutSuspended,
            ["ScheduledScalingSuspended"] = IsScheduleSuspended,
        },
        ["ScalableTargetARN"] = Arn,
    };

    /// <summary>As it is stored: with its tags. What cooldowns count from is forgotten with the process.</summary>
    public JsonObject ToDocument()
    {
        JsonObject json = ToJson();
        json[nameof(Tags)] = TagsToJson();
        return json;
    }

    /// <summary>The tags as the service shows them.</summary>
    public JsonObject TagsToJson()
    {
        JsonObject tags = [];
        foreach ((string key, string value) in Tags)
        {
            tags[key] = value;
        }

        return tags;
    }

    /// <summary>Reads one that was stored.</summary>
    public static ScalableTarget Read(JsonElement json)
    {
        JsonElement suspended = json.GetProperty("SuspendedState");
        return new ScalableTarget
        {
            Resource = ScalableResource.Of(json) ?? throw new FormatException("It names no resource."),
            Arn = Inputs.Text(json, "ScalableTargetARN")!,
            RoleArn = Inputs.Text(json, "RoleARN")!,
            MinCapacity = Inputs.Integer(json, "MinCapacity")!.Value,
            MaxCapacity = Inputs.Integer(json, "MaxCapacity")!.Value,
            CreatedAt = Timestamps.Of(json, "CreationTime")!.Value,
            IsScalingInSuspended = Inputs.Switch(suspended, "DynamicScalingInSuspended") == true,
            IsScalingOutSuspended = Inputs.Switch(suspended, "DynamicScalingOutSuspended") == true,
            IsScheduleSuspended = Inputs.Switch(suspended, "ScheduledScalingSuspended") == true,
            Tags = TagsOf(json) ?? [],
        };
    }

    /// <summary>The tags of an input; null where it has none.</summary>
    public static Dictionary<string, string>? TagsOf(JsonElement input) =>
        input.TryGetProperty(nameof(Tags), out JsonElement tags) && tags.ValueKind == JsonValueKind.Object
            ? tags.EnumerateObject().DistinctBy(tag => tag.Name)
                .ToDictionary(tag => tag.Name, tag => tag.Value.GetString()!, StringComparer.Ordinal)
            : null;
}
