namespace DaxProxy.Core.Errors;

/// <summary>Refusals of requests of the DAX protocol that have no like in the JSON protocol. The texts are ours.</summary>
public static class DaxFaults
{
    /// <summary>Arguments that are not those of the method.</summary>
    public static DynamoError Malformed { get; } = DynamoError.Validation("The request is not one of the DAX protocol.");

    /// <summary>A request beyond the configured length.</summary>
    public static DynamoError TooLarge { get; } = DynamoError.Validation("The request is longer than this server reads.");

    /// <summary>A method that no DAX client of the data plane calls.</summary>
    public static DynamoError UnknownMethod { get; } =
        DynamoError.Modelled("NotImplementedException", "The method is not one of the DAX protocol's data operations.");

    /// <summary>More names than an item can have.</summary>
    public static DynamoError AttributeListTooLong { get; } =
        DynamoError.Validation("The names of the attribute list take more than an item may.");

    /// <summary>A number that was never given to a list: of another server, most likely.</summary>
    public static DynamoError UnknownAttributeList(int id) => DynamoError.Validation(
        $"The attribute list {id} is not known to this server. Connect anew: the client has it from another one.");
}
