using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Lists the names of the tables, sorted by their UTF-8 bytes.</summary>
public sealed class ListTables() : Operation(Definition)
{
    /// <summary>Most names one page holds.</summary>
    public const int MaxLimit = 100;

    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(ListTables)) { IsRepeatable = true, IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => OperationResource.Account;

    /// <summary>The name after which to begin; it need not exist.</summary>
    public string? ExclusiveStartTableName { get; init; }

    /// <summary>How many names to return at most.</summary>
    public int Limit { get; init; } = MaxLimit;

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
