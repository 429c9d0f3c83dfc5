using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>DescribeBulkOperation and ListBulkOperations in JSON. The embedded engine has none to describe, and lists none.</summary>
internal static class BulkOperationsJson
{
    public static JsonVerb DescribeVerb { get; } = new(
        DescribeBulkOperation.Definition,
        (json, _) => new DescribeBulkOperation { BulkOperationArn = json.Text("BulkOperationArn")! });

    public static JsonVerb ListVerb { get; } = JsonVerb.Of<EmptyListReply>(
        ListBulkOperations.Definition,
        (json, _) => new ListBulkOperations { NextToken = json.Text("NextToken") },
        OpaqueJson.Write);
}
