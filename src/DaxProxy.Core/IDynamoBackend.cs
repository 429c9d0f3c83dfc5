using DaxProxy.Core.Operations;

namespace DaxProxy.Core;

/// <summary>
/// The one seam of the product: whatever answers a DynamoDB operation. Front ends call the outermost backend; caches, resilience
/// and observation are backends around another one; the embedded engine and a remote endpoint are the innermost.
/// </summary>
/// <remarks>
/// Thread-safe. What DynamoDB would refuse comes back as <see cref="ErrorReply"/>; an exception is a bug, a broken pipe or a
/// cancellation, and of a write it means that the outcome is unknown.
/// </remarks>
public interface IDynamoBackend
{
    /// <summary>
    /// How far reads without <c>ConsistentRead</c> may be behind; does not change. A backend around another one that answers such reads from it
    /// says what that one says. For whoever keeps answers: what was read sooner after a write may be older than it.
    /// </summary>
    ReadLag ReadLag { get; }

    /// <summary>Answers one operation that has passed its static checks.</summary>
    ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken);
}
