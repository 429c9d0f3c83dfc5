namespace DaxProxy.Core.Errors;

/// <summary>Faults of time to live. Source: recorded answers of the service's control plane.</summary>
public static class TimeToLiveFaults
{
    /// <summary>Switched on where it is on.</summary>
    public static DynamoError AlreadyEnabled { get; } = DynamoError.Validation("TimeToLive is already enabled");

    /// <summary>Switched off where it is off.</summary>
    public static DynamoError AlreadyDisabled { get; } = DynamoError.Validation("TimeToLive is already disabled");

    /// <summary>A table that is coming or going.</summary>
    public static DynamoError TableNotReady(string status) => DynamoError.Validation(
        $"Cannot describe time to live while table is in {status} state: Current table state is {status}");

    /// <summary>Switched on or off by an attribute while another one is in use.</summary>
    public static DynamoError OtherAttribute(string attributeName) =>
        DynamoError.Validation("TimeToLive is active on a different AttributeName: current AttributeName is " + attributeName);
}
