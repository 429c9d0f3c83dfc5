namespace DaxProxy.Core.Errors;

/// <summary>Refusals before an operation is understood. Source: recorded answers of the service.</summary>
public static class TransportFaults
{
    /// <summary>The body is no JSON.</summary>
    public static DynamoError NotJson { get; } = DynamoError.Transport("SerializationException", null);

    /// <summary>The target names no operation of the API.</summary>
    public static DynamoError UnknownOperation { get; } = DynamoError.Transport("UnknownOperationException", null);

    /// <summary>An internal fault. The log says what it is; the client is not told.</summary>
    public static DynamoError InternalServerError { get; } =
        DynamoError.Modelled("InternalServerError", "Internal server error") with { StatusCode = 500 };

    /// <summary>More requests than are let through; SDKs wait and come again.</summary>
    public static DynamoError RateExceeded { get; } = new("com.amazon.coral.availability#ThrottlingException", 400, "Rate exceeded");

    /// <summary>JSON that does not fit the operation's shape.</summary>
    public static DynamoError Serialization(string message) => DynamoError.Transport("SerializationException", message, "Message");
}
