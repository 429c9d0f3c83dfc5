namespace DaxProxy.Core.Operations.Transfers;

/// <summary>How items are written in objects. Names are the service's.</summary>
public enum TransferFormat
{
    /// <summary>A line of JSON for each item: <c>{"Item":{"pk":{"S":"a"}}}</c>.</summary>
    DYNAMODB_JSON,

    /// <summary>A structure of Amazon Ion's text for each item: <c>{Item:{pk:"a"}}</c>.</summary>
    ION,

    /// <summary>A line of values for each item, below or beside a list of the attributes' names.</summary>
    CSV,
}
