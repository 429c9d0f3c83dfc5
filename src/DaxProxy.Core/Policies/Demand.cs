using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Policies;

/// <summary>One thing that a request needs to be allowed: an action on a resource.</summary>
/// <param name="Action">The action without its service: <c>GetItem</c>.</param>
/// <param name="Resource">Name of the resource; <see cref="Any"/> for an action that is about none.</param>
/// <remarks>Immutable.</remarks>
public sealed record Demand(string Action, string Resource)
{
    /// <summary>The resource of actions that are about none, such as <c>ListTables</c>.</summary>
    public const string Any = "*";

    /// <summary>Name of the table, where the resource is a table, or a part of one; null otherwise.</summary>
    public string? TableName { get; init; }

    /// <summary>Name of the index, where the resource is one; null otherwise.</summary>
    public string? IndexName { get; init; }

    /// <summary>What the values of conditions are taken from; null for an action that has none of its own.</summary>
    public object? Subject { get; init; }

    /// <summary>The operation that the action is part of; null for none.</summary>
    public string? EnclosingOperation { get; init; }

    /// <summary>
    /// How the request as a whole has capacity reported, where the subject is a part of it; null where the subject says so itself.
    /// </summary>
    public ReturnConsumedCapacity? Capacity { get; init; }

    /// <summary>Whether the action is a name that a client made up, for all that is known here.</summary>
    public bool IsActionUnknown { get; init; }

    /// <summary>Whether it is not known what the action is about: then a denial of any resource counts.</summary>
    public bool IsResourceUnknown { get; init; }

    /// <summary>
    /// Whether the content of the request is unknown, as it could not be read. Then it is allowed only if any content would be.
    /// </summary>
    public bool IsContentUnknown { get; init; }
}
