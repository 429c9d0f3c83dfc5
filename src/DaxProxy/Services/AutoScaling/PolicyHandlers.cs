using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Services.CloudWatch;
using DaxProxy.Services.Codecs;
using DaxProxy.Services.Model;

namespace DaxProxy.Services.AutoScaling;

/// <summary>What clients do with scaling policies, which for DynamoDB are those of target tracking.</summary>
/// <remarks>Thread-safe. Source of limits: the API reference of PutScalingPolicy and DynamoDB's guide.</remarks>
/// <param name="state">The policies.</param>
/// <param name="loop">What makes their alarms.</param>
/// <param name="board">The alarms.</param>
/// <param name="names">Region and account: <c>us-east-1:000000000000</c>.</param>
/// <param name="time">The clock.</param>
internal sealed class PolicyHandlers(ScalingState state, ScalingLoop loop, AlarmBoard board, string names, TimeProvider time)
{
    private const string TargetTracking = "TargetTrackingScaling";
    private const double LeastTarget = 20, MostTarget = 90;

    public async ValueTask<ServiceAnswer> PutAsync(JsonElement input)
    {
        string name = Inputs.Text(input, "PolicyName")!;
        if (ScalableResource.Of(input) is not { } resource)
        {
            return AutoScalingFaults.Unsupported;
        }

        if (state.FindTarget(resource) is null)
        {
            return AutoScalingFaults.NoTarget(input);
        }

        if (FaultOf(input, resource, state.FindPolicy(resource, name) is not null) is { } fault)
        {
            return fault;
        }

        ScalingPolicy policy;
        lock (state.Gate)
        {
            if (state.FindTarget(resource) is null)
            {
                return AutoScalingFaults.NoTarget(input);
            }

            // A dimension has one metric that a policy may track, so the second policy has that of the first.
            if (state.Policies.Any(known => known.Resource == resource && known.Name != name))
            {
                return AutoScalingFaults.SecondPolicy;
            }

            policy = (state.FindPolicy(resource, name) ?? New(resource, name)).With(
                input.GetProperty("TargetTrackingScalingPolicyConfiguration"));
            state.Put(policy);
        }

        await loop.SetAlarmsAsync(policy).ConfigureAwait(false);
        return new JsonObject { ["PolicyARN"] = policy.Arn, ["Alarms"] = policy.AlarmsToJson(board.ArnOf) };
    }

    public ServiceAnswer Delete(JsonElement input)
    {
        string name = Inputs.Text(input, "PolicyName")!;
        lock (state.Gate)
        {
            if (ScalableResource.Of(input) is not { } resource || state.FindPolicy(resource, name) is not { } policy)
            {
                return AutoScalingFaults.NoPolicy(name, input);
            }

            state.Delete(policy);
            return ServiceAnswer.Empty;
        }
    }

    public ServiceAnswer Describe(JsonElement input)
    {
        IReadOnlyList<string>? wanted = Inputs.Texts(input, "PolicyNames");
        string? resourceId = Inputs.Text(input, "ResourceId"), dimension = Inputs.Text(input, "ScalableDimension");
        return Pages.Of(
            input,
            "ScalingPolicies",
            state.Policies.Where(policy => Inputs.Text(input, "ServiceNamespace") == ScalableResource.DynamoDb
                && (wanted is null || wanted.Contains(policy.Name) || wanted.Contains(policy.Arn))
                && (resourceId is null || policy.Resource.ResourceId == resourceId)
                && (dimension is null || policy.Resource.Dimension == dimension)),
            policy => policy.Arn,
            policy => policy.ToJson(board.ArnOf));
    }

    /// <summary>A forecast is that of a policy of predictive scaling, of which there can be none.</summary>
    public static ServiceAnswer Forecast(JsonElement input) => AutoScalingFaults.Invalid(
        $"No predictive scaling policy found with name: {Inputs.Text(input, "PolicyName")}");

    private ScalingPolicy New(ScalableResource resource, string name) => new()
    {
        Resource = resource,
        Name = name,
        Arn = $"arn:aws:autoscaling:{names}:scalingPolicy:{Guid.NewGuid()}:resource/{ScalableResource.DynamoDb}/{resource.ResourceId}"
            + $":policyName/{name}",
        CreatedAt = time.GetUtcNow(),
        AlarmIds = [.. Enumerable.Range(0, ScalingPolicy.AlarmCount).Select(_ => Guid.NewGuid().ToString())],
        TargetValue = 0,
        ScaleOutCooldown = default,
        ScaleInCooldown = default,
        Configuration = [],
    };

    private static ServiceFault? FaultOf(JsonElement input, ScalableResource resource, bool isKnown)
    {
        // A policy that is there has a type; a new one of which none is said would be of this one.
        string type = Inputs.Text(input, "PolicyType") ?? (isKnown ? TargetTracking : "StepScaling");
        if (type != TargetTracking)
        {
            return AutoScalingFaults.Invalid(
                $"Unsupported policy type for service namespace {ScalableResource.DynamoDb}: {type}. Supported: {TargetTracking}");
        }

        if (!input.TryGetProperty("TargetTrackingScalingPolicyConfiguration", out JsonElement configuration)
            || configuration.ValueKind != JsonValueKind.Object)
        {
            return AutoScalingFaults.Invalid("TargetTrackingScalingPolicyConfiguration is required for a policy of type " + TargetTracking);
        }

        if (configuration.TryGetProperty("CustomizedMetricSpecification", out JsonElement custom)
            && custom.ValueKind == JsonValueKind.Object)
        {
            return AutoScalingFaults.Invalid("CustomizedMetricSpecification is not supported here; use PredefinedMetricSpecification");
        }

        string expected = $"DynamoDB{(resource.IsWrite ? "Write" : "Read")}CapacityUtilization";
        if (!configuration.TryGetProperty("PredefinedMetricSpecification", out JsonElement metric)
            || metric.ValueKind != JsonValueKind.Object)
        {
            return AutoScalingFaults.Invalid("PredefinedMetricSpecification is required");
        }

        double target = configuration.GetProperty("TargetValue").GetDouble();
        return Inputs.Text(metric, "PredefinedMetricType") != expected
            ? AutoScalingFaults.Invalid(
                $"{Inputs.Text(metric, "PredefinedMetricType")} is no metric of {resource.Dimension}; use {expected}")
            : metric.TryGetProperty("ResourceLabel", out _) ? AutoScalingFaults.Invalid("ResourceLabel is not used with " + expected)
            : target is < LeastTarget or > MostTarget
                ? AutoScalingFaults.Invalid($"TargetValue must be between {LeastTarget} and {MostTarget}")
            : Inputs.Integer(configuration, "ScaleOutCooldown") < 0 || Inputs.Integer(configuration, "ScaleInCooldown") < 0
                ? AutoScalingFaults.Invalid("Cooldowns must be greater than or equal to 0")
            : null;
    }
}
