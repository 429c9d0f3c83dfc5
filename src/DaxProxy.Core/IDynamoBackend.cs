using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core;

/// <summary>
/// The one seam of the product: something that answers DynamoDB operations. Front ends call the outermost backend; caches, resilience and
/// observation are backends around another one; the embedded engine and a remote endpoint are the innermost.
/// </summary>
/// <remarks>
/// Thread-safe. What DynamoDB would refuse comes back as <see cref="ErrorReply"/>; an exception is a bug, a broken pipe or a
/// cancellation, and of a write it means that the outcome is unknown.
/// </remarks>
public interface IDynamoBackend
{
    /// <summary>
    /// How far reads without <c>ConsistentRead</c> may be behind; does not change. A backend that answers such reads from an inner backend
    /// says what the inner one says. A cache needs this: a read that comes sooner than this after a write may return a state older than
    /// that write.
    /// </summary>
    ReadLag ReadLag { get; }

    /// <summary>
    /// Where a Scan meets an item; null where that is not known. It does not change: from low places to high ones, by items of the same
    /// place in any order, and segment <c>s</c> of <c>T</c> has the places from <c>s/T</c> to <c>(s+1)/T</c> of all. Given are the key of
    /// the table or index that is scanned, and attributes with the item's partition key among them. A backend around another one says what
    /// that one says.
    /// </summary>
    Func<KeyLayout, AttributeMap, ulong>? ScanOrder => null;

    /// <summary>Answers one operation that has passed its static checks.</summary>
    ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken);
}
