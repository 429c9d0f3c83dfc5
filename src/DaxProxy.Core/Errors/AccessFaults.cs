namespace DaxProxy.Core.Errors;

/// <summary>Refusals of requests that are not allowed. Source: answers of the service that were reported in the open.</summary>
public static class AccessFaults
{
    /// <summary>The caller may not do that.</summary>
    /// <param name="caller">Resource name of the caller.</param>
    /// <param name="action">The action: <c>dynamodb:GetItem</c>.</param>
    /// <param name="resource">Resource name of what it was about.</param>
    /// <param name="reason">Which kind of policy says so; null to leave that open, as the service did in former times.</param>
    public static DynamoError Denied(string caller, string action, string resource, string? reason) => DynamoError.Transport(
        "AccessDeniedException",
        $"User: {caller} is not authorized to perform: {action} on resource: {resource}{(reason is null ? "" : " " + reason)}",
        "Message");
}
