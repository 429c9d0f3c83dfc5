using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>A request that a remote backend gets as the client sent it, because nothing here needs to understand it.</summary>
/// <remarks>The code that creates it says what the caches must know. Only the innermost backend knows what is inside.</remarks>
/// <param name="verb">What was asked; <see cref="Verb.Unknown"/> for a verb that is not known here.</param>
/// <param name="changedTables">As <see cref="ChangedTables"/> has them.</param>
public abstract class ForwardedOperation(Verb verb, IReadOnlyList<string>? changedTables) : Operation(verb)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string>? ChangedTables { get; } = changedTables;

    /// <summary>
    /// Whether it is a write of items that has changed nothing if its answer has a status from 400 to 499. Tables stay what they are in any
    /// case.
    /// </summary>
    public bool IsUndoneByRefusal { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
