using System.Text.Json;
using DaxProxy.Services.Codecs;
using DaxProxy.Services.Model;

namespace DaxProxy.Services.AutoScaling;

/// <summary>What clients do with scheduled actions.</summary>
/// <remarks>Thread-safe. Source of limits: the API reference of PutScheduledAction.</remarks>
/// <param name="state">The scheduled actions.</param>
/// <param name="names">Region and account: <c>us-east-1:000000000000</c>.</param>
/// <param name="time">The clock.</param>
internal sealed class ScheduleHandlers(ScalingState state, string names, TimeProvider time)
{
    private const int MaxActions = 200;

    public ServiceAnswer Put(JsonElement input)
    {
        string name = Inputs.Text(input, "ScheduledActionName")!;
        if (ScalableResource.Of(input) is not { } resource)
        {
            return AutoScalingFaults.Unsupported;
        }

        lock (state.Gate)
        {
            if (state.FindTarget(resource) is null)
            {
                return AutoScalingFaults.NoTarget(input);
            }

            ScheduledAction? known = state.FindAction(resource, name);
            ScheduledAction changed = (known ?? New(resource, name)).With(input);
            if (FaultOf(changed, known) is { } fault)
            {
                return fault;
            }

            state.Put(changed);
            return ServiceAnswer.Empty;
        }
    }

    public ServiceAnswer Delete(JsonElement input)
    {
        string name = Inputs.Text(input, "ScheduledActionName")!;
        lock (state.Gate)
        {
            if (ScalableResource.Of(input) is not { } resource || state.FindAction(resource, name) is not { } action)
            {
                return AutoScalingFaults.NoAction(name, input);
            }

            state.Delete(action);
            return ServiceAnswer.Empty;
        }
    }

    public ServiceAnswer Describe(JsonElement input)
    {
        IReadOnlyList<string>? wanted = Inputs.Texts(input, "ScheduledActionNames");
        string? resourceId = Inputs.Text(input, "ResourceId"), dimension = Inputs.Text(input, "ScalableDimension");
        return Pages.Of(
            input,
            "ScheduledActions",
            state.Actions.Where(action => Inputs.Text(input, "ServiceNamespace") == ScalableResource.DynamoDb
                && (wanted is null || wanted.Contains(action.Name))
                && (resourceId is null || action.Resource.ResourceId == resourceId)
                && (dimension is null || action.Resource.Dimension == dimension)),
            action => action.Arn,
            action => action.ToJson());
    }

    /// <summary>What has been done about targets, the latest first.</summary>
    public ServiceAnswer DescribeActivities(JsonElement input)
    {
        string? resourceId = Inputs.Text(input, "ResourceId"), dimension = Inputs.Text(input, "ScalableDimension");
        return Pages.Of(
            input,
            "ScalingActivities",
            state.Activities.Where(one => Inputs.Text(input, "ServiceNamespace") == ScalableResource.DynamoDb
                && (resourceId is null || (string?)one.Activity["ResourceId"] == resourceId)
                && (dimension is null || (string?)one.Activity["ScalableDimension"] == dimension)),
            one => one.Id,
            one => one.Activity);
    }

    private ScheduledAction New(ScalableResource resource, string name) => new()
    {
        Resource = resource,
        Name = name,
        Arn = $"arn:aws:autoscaling:{names}:scheduledAction:{Guid.NewGuid()}:resource/{ScalableResource.DynamoDb}/{resource.ResourceId}"
            + $":scheduledActionName/{name}",
        Text = "",
        CreatedAt = time.GetUtcNow(),
    };

    private ServiceFault? FaultOf(ScheduledAction action, ScheduledAction? known)
    {
        DateTimeOffset now = time.GetUtcNow();
        return action.Schedule is null
                ? AutoScalingFaults.Invalid(action.Text.Length == 0
                    ? "Schedule is required"
                    : "Schedule or timezone is not valid; use at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(fields)")
            : action.MinCapacity is null && action.MaxCapacity is null
                ? AutoScalingFaults.Invalid("ScalableTargetAction must have MinCapacity or MaxCapacity")
            : action.MinCapacity < 1 || action.MaxCapacity < 1
                ? AutoScalingFaults.Invalid("Minimum and maximum capacity must be greater than or equal to 1")
            : action.MinCapacity > action.MaxCapacity
                ? AutoScalingFaults.Invalid("Maximum capacity cannot be less than minimum capacity")
            : action.StartTime > action.EndTime ? AutoScalingFaults.Invalid("Start time must be before end time")
            : action.EndTime < now && action.EndTime != known?.EndTime ? AutoScalingFaults.Invalid("End time must be in the future")
            : known is null && state.Actions.Count(other => other.Resource == action.Resource) >= MaxActions
                ? AutoScalingFaults.TooMany($"There may be at most {MaxActions} scheduled actions of a scalable target")
            : null;
    }
}
