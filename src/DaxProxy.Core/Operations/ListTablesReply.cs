namespace DaxProxy.Core.Operations;

/// <summary>Answer to ListTables.</summary>
/// <param name="tableNames">One page of names.</param>
/// <param name="lastEvaluatedTableName">The last name, when there are more; otherwise null.</param>
public sealed class ListTablesReply(IReadOnlyList<string> tableNames, string? lastEvaluatedTableName) : Reply
{
    /// <summary>One page of names.</summary>
    public IReadOnlyList<string> TableNames { get; } = tableNames;

    /// <summary>The last name, when there are more; otherwise null.</summary>
    public string? LastEvaluatedTableName { get; } = lastEvaluatedTableName;
}
