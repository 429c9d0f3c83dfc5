namespace DaxProxy.Core.Errors;

/// <summary>Refusals of what a web page may have made a browser send. Source: ours; DynamoDB needs none, as it checks signatures.</summary>
public static class WebFaults
{
    /// <summary>The request names a host that is not served here.</summary>
    /// <param name="host">The host as the request names it.</param>
    public static DynamoError UnknownHost(string host) => NotServed(
        $"The host '{host}' is not served here: it is no name or address of this machine. "
        + "If it should be, add its name to Listen.AllowedHosts.");

    /// <summary>A page of an origin that is not listed made a browser send the request.</summary>
    /// <param name="origin">The origin as the browser names it.</param>
    public static DynamoError ForeignOrigin(string origin) => NotServed(
        $"Web pages of the origin '{origin}' are not served here. If they should be, add the origin to Listen.AllowedOrigins.");

    private static DynamoError NotServed(string message) => DynamoError.Transport("AccessDeniedException", message, statusCode: 403);
}
