using System.Text.Json;
using DaxProxy.Services.Codecs;
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
    public static ServiceFault SecondPolicy =>
        Invalid("Only one TargetTrackingScaling policy for a given metric specification is allowed.");

    public static ServiceFault BadToken => new("InvalidNextTokenException", "The next token is not valid.");

    public static ServiceFault Invalid(string message) => new("ValidationException", message);

    public static ServiceFault TooMany(string message) => new("LimitExceededException", message);

    /// <summary>Reported in the open, of a table.</summary>
    public static ServiceFault NoTable(ScalableResource resource) =>
        Invalid($"DynamoDB {(resource.Index is null ? "table" : "index")} does not exist: {resource.ResourceId}");

    /// <summary>Reported in the open.</summary>
    public static ServiceFault NoTarget(JsonElement input) => NotFound("No scalable target registered for", input, "");

    public static ServiceFault NoPolicy(string name, JsonElement input) =>
        NotFound("No scaling policy found for", input, ", policy name: " + name);

    public static ServiceFault NoAction(string name, JsonElement input) =>
        NotFound("No scheduled action found for", input, ", scheduled action name: " + name);

    public static ServiceFault NoResource(string arn) =>
        new("ResourceNotFoundException", $"The specified resource doesn't exist: {arn}");

    private static ServiceFault NotFound(string what, JsonElement input, string more) => new(
        "ObjectNotFoundException",
        $"{what} service namespace: {Inputs.Text(input, "ServiceNamespace")}, resource ID: {Inputs.Text(input, "ResourceId")}, "
        + $"scalable dimension: {Inputs.Text(input, "ScalableDimension")}{more}");
}
