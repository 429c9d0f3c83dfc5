namespace DaxProxy.Core.Tables;

/// <summary>What a name of a table or an index can be.</summary>
public static class TableNames
{
    /// <summary>Characters of the shortest name.</summary>
    public const int MinLength = 3;

    /// <summary>Characters of the longest name.</summary>
    public const int MaxLength = 255;

    /// <summary>Most characters where an ARN may stand for a name.</summary>
    public const int MaxArnLength = 1024;

    /// <summary>
    /// Whether a table is given by its resource name, which has a length of its own and may point to another account's table of a name we
    /// know.
    /// </summary>
    public static bool IsArn(string tableNameOrArn) => tableNameOrArn.StartsWith("arn:", StringComparison.Ordinal);
}
