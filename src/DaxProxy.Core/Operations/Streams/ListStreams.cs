using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations.Streams;

/// <summary>Lists streams, those among them that were switched off less than a day ago.</summary>
public sealed class ListStreams() : Operation(Definition)
{
    /// <summary>Most streams one page holds.</summary>
    public const int MaxLimit = 100;

    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(ListStreams)) { IsOfStreams = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => OperationResource.Account;

    /// <summary>The table whose streams to list; null for all.</summary>
    public string? TableName { get; init; }

    /// <summary>The stream after which to begin; it need not exist any more.</summary>
    public string? ExclusiveStartStreamArn { get; init; }

    /// <summary>How many streams to return at most.</summary>
    public int Limit { get; init; } = MaxLimit;

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) =>
        Limit > MaxLimit ? StreamFaults.LimitTooLarge(Limit, MaxLimit) : StreamArn.Check(ExclusiveStartStreamArn);
}
