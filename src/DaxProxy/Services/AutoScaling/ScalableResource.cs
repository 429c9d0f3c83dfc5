using System.Text.Json;
using DaxProxy.Services.Codecs;

namespace DaxProxy.Services.AutoScaling;

/// <summary>What can be scaled: the read or the write capacity of a table, or of a global index.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Table">Name of the table.</param>
/// <param name="Index">Name of the index; null for the table itself.</param>
/// <param name="IsWrite">Whether it is write capacity.</param>
internal sealed record ScalableResource(string Table, string? Index, bool IsWrite)
{
    /// <summary>The namespace of DynamoDB.</summary>
    public const string DynamoDb = "dynamodb";

    /// <summary>As the service names it: <c>table/orders/index/by-customer</c>.</summary>
    public string ResourceId => Index is null ? $"table/{Table}" : $"table/{Table}/index/{Index}";

    /// <summary>The dimension: <c>dynamodb:table:ReadCapacityUnits</c>.</summary>
    public string Dimension => $"dynamodb:{(Index is null ? "table" : "index")}:{(IsWrite ? "Write" : "Read")}CapacityUnits";

    /// <summary>Both in one text, by which documents are found.</summary>
    public string Key => $"{ResourceId}|{Dimension}";

    /// <summary>The units as activities call them.</summary>
    public string Units => IsWrite ? "write capacity units" : "read capacity units";

    /// <summary>The resource that an input names; null where it names none of DynamoDB's.</summary>
    public static ScalableResource? Of(JsonElement input) => Inputs.Text(input, "ServiceNamespace") == DynamoDb
        ? Of(Inputs.Text(input, "ResourceId") ?? "", Inputs.Text(input, "ScalableDimension") ?? "")
        : null;

    /// <summary>The resource of an id and a dimension; null where they do not fit each other, or are none of DynamoDB's.</summary>
    public static ScalableResource? Of(string resourceId, string dimension)
    {
        ScalableResource? resource = resourceId.Split('/') switch
        {
            ["table", { Length: > 0 } table] => new ScalableResource(table, null, dimension.Contains("Write", StringComparison.Ordinal)),
            ["table", { Length: > 0 } table, "index", { Length: > 0 } index] =>
                new ScalableResource(table, index, dimension.Contains("Write", StringComparison.Ordinal)),
            _ => null,
        };
        return resource?.Dimension == dimension ? resource : null;
    }
}
