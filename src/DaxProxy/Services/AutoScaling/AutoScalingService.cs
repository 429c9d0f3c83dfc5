using System.Diagnostics;
using System.Text.Json;
using DaxProxy.Services.Codecs;
using DaxProxy.Services.Model;

namespace DaxProxy.Services.AutoScaling;

/// <summary>Application Auto Scaling, for tables and global indexes of the local engine.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="targets">What answers about targets and tags.</param>
/// <param name="policies">What answers about policies.</param>
/// <param name="schedules">What answers about schedules and activities.</param>
/// <param name="state">The targets.</param>
/// <param name="names">Region and account: <c>us-east-1:000000000000</c>.</param>
internal sealed class AutoScalingService(
    TargetHandlers targets, PolicyHandlers policies, ScheduleHandlers schedules, ScalingState state, string names) : IService
{
    /// <inheritdoc/>
    public ServiceModel Model => ServiceModel.AutoScaling;

    /// <inheritdoc/>
    public IEnumerable<string> ResourcesOf(string operation, JsonElement input)
    {
        if (operation is "TagResource" or "UntagResource" or "ListTagsForResource")
        {
            return [Inputs.Text(input, "ResourceARN")!];
        }

        // One that is not registered yet has no name of its own.
        return operation.StartsWith("Describe", StringComparison.Ordinal) ? ["*"]
            : ScalableResource.Of(input) is { } resource && state.FindTarget(resource) is { } target ? [target.Arn]
            : [$"arn:aws:application-autoscaling:{names}:scalable-target/*"];
    }

    /// <inheritdoc/>
    public ValueTask<ServiceAnswer> ExecuteAsync(string operation, JsonElement input, CancellationToken cancellationToken) =>
        operation switch
        {
            "RegisterScalableTarget" => targets.RegisterAsync(input),
            "PutScalingPolicy" => policies.PutAsync(input),
            _ => new(Execute(operation, input)),
        };

    private ServiceAnswer Execute(string operation, JsonElement input) => operation switch
    {
        "DeregisterScalableTarget" => targets.Deregister(input),
        "DescribeScalableTargets" => targets.Describe(input),
        "ListTagsForResource" => targets.ListTags(input),
        "TagResource" => targets.Tag(input),
        "UntagResource" => targets.Untag(input),
        "DeleteScalingPolicy" => policies.Delete(input),
        "DescribeScalingPolicies" => policies.Describe(input),
        "GetPredictiveScalingForecast" => PolicyHandlers.Forecast(input),
        "PutScheduledAction" => schedules.Put(input),
        "DeleteScheduledAction" => schedules.Delete(input),
        "DescribeScheduledActions" => schedules.Describe(input),
        "DescribeScalingActivities" => schedules.DescribeActivities(input),
        _ => throw new UnreachableException($"{operation} is in the model and has no handler."),
    };
}
