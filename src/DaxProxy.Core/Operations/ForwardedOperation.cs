using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>A request that a remote backend gets as the client sent it, because nothing here needs to understand it.</summary>
/// <remarks>The code that creates it says what the caches must know. Only the innermost backend knows what is inside.</remarks>
public abstract class ForwardedOperation : Operation
{
    /// <summary>
    /// Names or ARNs of the tables that it may make, change or remove, or whose items it may change; empty for none, null when that is not
    /// known, so that it may have changed anything.
    /// </summary>
    public required IReadOnlyList<string>? ChangedTables { get; init; }

    /// <summary>
    /// Whether it is a write of items of which an answer of a status from 400 to 499 says that it changed none; tables stay what they are
    /// in any case.
    /// </summary>
    public bool IsWholeOrNothing { get; init; }

    /// <summary>Whether it goes on changing items after it was answered, until the backend says that it has ended.</summary>
    public bool GoesOn { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
