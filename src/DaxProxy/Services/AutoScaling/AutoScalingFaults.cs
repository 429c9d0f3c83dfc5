using DaxProxy.Services.Model;

namespace DaxProxy.Services.AutoScaling;

/// <summary>
/// What Application Auto Scaling refuses. Source: answers of the service that were reported in the open where the member says so; else the
/// rule is the API reference's and the text is ours.
/// </summary>
internal static class AutoScalingFaults
{
    /// <summary>Reported in the open.</summary>
    public static ServiceFault Unsupported => Invalid("Unsupported service namespace, resource type or scalable dimension");

    /// <summary>Reported in the open.</summary>
    public static ServiceFault SecondPolicy => Invalid("Only one TargetTrackingScaling policy for a given metric specification is allowed.");

    public static ServiceFault BadToken => new("InvalidNextTokenException", "The next token is not valid.");

    public static ServiceFault Invalid(string message) => new("ValidationException", message);

    public static ServiceFault TooMany(string message) => new("LimitExceededException", message);

    /// <summary>Reported in the open, of a table.</summary>
    public static ServiceFault NoTable(ScalableResource resource) =>
        Invalid($"DynamoDB {(resource.Index is null ? "table" : "index")} does not exist: {resource.ResourceId}");

    /// <summary>Reported in the open.</summary>
    public static ServiceFault NoTarget(string @namespace, string resourceId, string dimension) => new(
        "ObjectNotFoundException",
        $"No scalable target registered for service namespace: {@namespace}, resource ID: {resourceId}, scalable dimension: {dimension}");

    public static ServiceFault NoPolicy(string name, string @namespace, string resourceId, string dimension) => new(
        "ObjectNotFoundException",
        $"No scaling policy found for service namespace: {@namespace}, resource ID: {resourceId}, scalable dimension: {dimension}, "
        + $"policy name: {name}");

    public static ServiceFault NoAction(string name, string @namespace, string resourceId, string dimension) => new(
        "ObjectNotFoundException",
        $"No scheduled action found for service namespace: {@namespace}, resource ID: {resourceId}, scalable dimension: {dimension}, "
        + $"scheduled action name: {name}");

    public static ServiceFault NoResource(string arn) =>
        new("ResourceNotFoundException", $"The specified resource doesn't exist: {arn}");
}
