namespace DaxProxy.Core.Errors;

/// <summary>What only a client of the DAX protocol can do wrong. The texts are ours: no node of the service was ever recorded.</summary>
public static class DaxFaults
{
    /// <summary>A request that is whole, but not what its method takes.</summary>
    public static DynamoError NotDecodable { get; } = DynamoError.Validation("The request cannot be decoded");

    /// <summary>The number of an attribute list that no client was ever given.</summary>
    public static DynamoError UnknownAttributeList { get; } = DynamoError.Validation("The attribute list is not known");

    /// <summary>More names than an item can have.</summary>
    public static DynamoError AttributeListTooLong { get; } =
        DynamoError.Validation("The names of the attribute list take more than an item may");

    /// <summary>A number or list beyond what the API allows. Source: the wording of the API's constraints.</summary>
    /// <param name="member">The parameter: <c>Limit</c>.</param>
    /// <param name="value">What was sent, as the service prints it.</param>
    /// <param name="constraint">What it had to satisfy.</param>
    /// <param name="layer">Whose texts to use.</param>
    public static DynamoError Constraint(string member, object value, string constraint, ValidationLayer layer)
    {
        string what = layer == ValidationLayer.Older
            ? $"Value '{value}' at '{char.ToLowerInvariant(member[0])}{member[1..]}'"
            : $"Value at '{member}'";
        return DynamoError.Validation($"1 validation error detected: {what} failed to satisfy constraint: {constraint}");
    }

    /// <summary>A method that is not served: managing tables, for example.</summary>
    public static DynamoError UnknownMethod { get; } =
        DynamoError.Modelled("NotImplementedException", "The method is not part of what is served over this protocol");

    /// <summary>A request longer than is read.</summary>
    public static DynamoError RequestTooLarge { get; } = DynamoError.Validation("The request is larger than allowed");
}
