using System.Collections.Frozen;

namespace DaxProxy.Core.Policies;

/// <summary>
/// The condition keys that requests have here. A policy that asks for another one would never be enforced, so it is refused.
/// </summary>
/// <remarks>Source: "Actions, resources, and condition keys for Amazon DynamoDB" and for DAX of the service authorization
/// reference.</remarks>
internal static class ConditionKeys
{
    /// <summary>Partition keys that the request names.</summary>
    public const string LeadingKeys = "dynamodb:LeadingKeys";

    /// <summary>Top-level attributes that the request names.</summary>
    public const string Attributes = "dynamodb:Attributes";

    /// <summary>What a read returns.</summary>
    public const string Select = "dynamodb:Select";

    /// <summary>What a write returns.</summary>
    public const string ReturnValues = "dynamodb:ReturnValues";

    /// <summary>How capacity is reported.</summary>
    public const string ReturnConsumedCapacity = "dynamodb:ReturnConsumedCapacity";

    /// <summary>The operation that the action is part of.</summary>
    public const string EnclosingOperation = "dynamodb:EnclosingOperation";

    /// <summary>Whether a statement reads a whole table or index.</summary>
    public const string FullTableScan = "dynamodb:FullTableScan";

    /// <summary>Tags of the caller, by name behind it.</summary>
    public const string PrincipalTag = "aws:PrincipalTag/";

    /// <summary>Tags of the table, by name behind it.</summary>
    public const string ResourceTag = "aws:ResourceTag/";

    /// <summary>Tags in the request, by name behind it.</summary>
    public const string RequestTag = "aws:RequestTag/";

    /// <summary>Attributes of a partition key of several, in their order.</summary>
    public static readonly string[] PartitionKeyValues =
    [
        "dynamodb:FirstPartitionKeyValues", "dynamodb:SecondPartitionKeyValues", "dynamodb:ThirdPartitionKeyValues",
        "dynamodb:FourthPartitionKeyValues",
    ];

    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        [
            LeadingKeys, .. PartitionKeyValues, Attributes, Select, ReturnValues, ReturnConsumedCapacity, EnclosingOperation, FullTableScan,
            "dax:EnclosingOperation", "aws:SourceIp", "aws:CurrentTime", "aws:EpochTime", "aws:SecureTransport", "aws:PrincipalArn",
            "aws:PrincipalAccount", "aws:PrincipalType", "aws:userid", "aws:username", "aws:TagKeys", "aws:RequestedRegion",
            "aws:UserAgent", "aws:TokenIssueTime", "sts:RoleSessionName",
        ]);

    /// <summary>Whether requests have such a key.</summary>
    public static bool Exists(string key) =>
        Known.Contains(key) || IsTag(key, PrincipalTag) || IsTag(key, ResourceTag) || IsTag(key, RequestTag);

    /// <summary>Whether a key is asked of the keys of items, for which the table's schema must be known.</summary>
    public static bool NeedsSchema(string key) =>
        Is(key, LeadingKeys) || Is(key, FullTableScan) || PartitionKeyValues.Any(name => Is(key, name));

    /// <summary>Whether a key is that of a tag of the table.</summary>
    public static bool IsResourceTag(string key) => IsTag(key, ResourceTag);

    /// <summary>Whether a name is that of a key.</summary>
    public static bool Is(string key, string name) => string.Equals(key, name, StringComparison.OrdinalIgnoreCase);

    private static bool IsTag(string key, string prefix) =>
        key.Length > prefix.Length && key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
}
