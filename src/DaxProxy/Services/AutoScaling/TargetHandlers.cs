using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Services.Codecs;
using DaxProxy.Services.Model;

namespace DaxProxy.Services.AutoScaling;

/// <summary>What clients do with scalable targets, and with their tags.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="state">The targets.</param>
/// <param name="loop">What brings a target between new limits.</param>
/// <param name="capacity">What knows tables.</param>
/// <param name="names">Region and account: <c>us-east-1:000000000000</c>.</param>
/// <param name="time">The clock.</param>
internal sealed class TargetHandlers(ScalingState state, ScalingLoop loop, TableCapacity capacity, string names, TimeProvider time)
{
    /// <summary>Source: the quota of scalable targets of DynamoDB.</summary>
    private const int MaxTargets = 5_000;

    private const int MaxTags = 50;
    private const int IdLength = 36;

    public async ValueTask<ServiceAnswer> RegisterAsync(JsonElement input)
    {
        if (ScalableResource.Of(input) is not { } resource)
        {
            return AutoScalingFaults.Unsupported;
        }

        int? min = Inputs.Integer(input, "MinCapacity"), max = Inputs.Integer(input, "MaxCapacity");
        Dictionary<string, string>? tags = ScalableTarget.TagsOf(input);
        if (FaultOf(state.FindTarget(resource), min, max, tags) is { } fault)
        {
            return fault;
        }

        if (!await capacity.ExistsAsync(resource).ConfigureAwait(false))
        {
            return AutoScalingFaults.NoTable(resource);
        }

        ScalableTarget target;
        lock (state.Gate)
        {
            ScalableTarget? known = state.FindTarget(resource);
            if (FaultOf(known, min, max, tags) is { } late)
            {
                return late;
            }

            target = Changed(
                known ?? new ScalableTarget
                {
                    Resource = resource,
                    Arn = $"arn:aws:application-autoscaling:{names}:scalable-target/{NewId()}",
                    RoleArn = DefaultRole,
                    MinCapacity = min!.Value,
                    MaxCapacity = max!.Value,
                    CreatedAt = time.GetUtcNow(),
                    Tags = tags ?? [],
                },
                input);
            state.Put(target);
        }

        await loop.KeepLimitsAsync(target).ConfigureAwait(false);
        return new JsonObject { ["ScalableTargetARN"] = target.Arn };
    }

    public ServiceAnswer Deregister(JsonElement input)
    {
        lock (state.Gate)
        {
            if (ScalableResource.Of(input) is not { } resource || state.FindTarget(resource) is not { } target)
            {
                return AutoScalingFaults.NoTarget(input);
            }

            state.Delete(target);
            return ServiceAnswer.Empty;
        }
    }

    public ServiceAnswer Describe(JsonElement input)
    {
        IReadOnlyList<string>? ids = Inputs.Texts(input, "ResourceIds");
        string? dimension = Inputs.Text(input, "ScalableDimension");
        return Inputs.Text(input, "ServiceNamespace") != ScalableResource.DynamoDb
            ? Pages.Of<ScalableTarget>(input, "ScalableTargets", [], target => target.Resource.Key, target => target.ToJson())
            : Pages.Of(
                input,
                "ScalableTargets",
                state.Targets.Where(target => (ids is null || ids.Contains(target.Resource.ResourceId))
                    && (dimension is null || target.Resource.Dimension == dimension)),
                target => target.Resource.Key,
                target => target.ToJson());
    }

    public ServiceAnswer ListTags(JsonElement input)
    {
        string arn = Inputs.Text(input, "ResourceARN")!;
        return state.FindTarget(arn) is { } target ? new JsonObject { ["Tags"] = target.TagsToJson() } : AutoScalingFaults.NoResource(arn);
    }

    public ServiceAnswer Tag(JsonElement input) => Retag(input, tags =>
    {
        foreach ((string key, string value) in ScalableTarget.TagsOf(input)!)
        {
            tags[key] = value;
        }
    });

    public ServiceAnswer Untag(JsonElement input) => Retag(input, tags =>
    {
        foreach (string key in Inputs.Texts(input, "TagKeys")!)
        {
            tags.Remove(key);
        }
    });

    private string DefaultRole => $"arn:aws:iam::{names.Split(':')[1]}:role/aws-service-role/"
        + "dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable";

    private static string NewId() => (Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N"))[..IdLength];

    private ServiceFault? FaultOf(ScalableTarget? known, int? min, int? max, Dictionary<string, string>? tags)
    {
        if (known is null && (min is null || max is null))
        {
            return AutoScalingFaults.Invalid("MinCapacity and MaxCapacity are required to register a new scalable target");
        }

        int least = min ?? known!.MinCapacity, most = max ?? known!.MaxCapacity;
        return least < 1 || most < 1 ? AutoScalingFaults.Invalid("Minimum and maximum capacity must be greater than or equal to 1")
            : least > most ? AutoScalingFaults.Invalid("Maximum capacity cannot be less than minimum capacity")
            : tags?.Count > MaxTags ? AutoScalingFaults.Invalid($"There may be at most {MaxTags} tags")
            : known is not null && tags is not null
                ? AutoScalingFaults.Invalid("Tags can be given when a scalable target is registered first; use TagResource")
            : known is null && state.Targets.Count() >= MaxTargets
                ? AutoScalingFaults.TooMany($"There may be at most {MaxTargets} scalable targets")
            : null;
    }

    private static ScalableTarget Changed(ScalableTarget target, JsonElement input)
    {
        bool isSwitched = input.TryGetProperty("SuspendedState", out JsonElement suspended) && suspended.ValueKind == JsonValueKind.Object;
        return target with
        {
            MinCapacity = Inputs.Integer(input, "MinCapacity") ?? target.MinCapacity,
            MaxCapacity = Inputs.Integer(input, "MaxCapacity") ?? target.MaxCapacity,
            IsScalingInSuspended = Switched("DynamicScalingInSuspended") ?? target.IsScalingInSuspended,
            IsScalingOutSuspended = Switched("DynamicScalingOutSuspended") ?? target.IsScalingOutSuspended,
            IsScheduleSuspended = Switched("ScheduledScalingSuspended") ?? target.IsScheduleSuspended,
        };

        bool? Switched(string member) => isSwitched ? Inputs.Switch(suspended, member) : null;
    }

    private ServiceAnswer Retag(JsonElement input, Action<Dictionary<string, string>> change)
    {
        string arn = Inputs.Text(input, "ResourceARN")!;
        lock (state.Gate)
        {
            if (state.FindTarget(arn) is not { } target)
            {
                return AutoScalingFaults.NoResource(arn);
            }

            Dictionary<string, string> tags = new(target.Tags, StringComparer.Ordinal);
            change(tags);
            if (tags.Count > MaxTags)
            {
                return new ServiceFault("TooManyTagsException", $"There may be at most {MaxTags} tags");
            }

            state.Put(target with { Tags = tags });
            return ServiceAnswer.Empty;
        }
    }
}
