using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Operations;

/// <summary>Answer to ListTagsOfResource. All tags of a table (at most fifty) fit on one page.</summary>
public sealed class ListTagsOfResourceReply(IReadOnlyList<Tag> tags) : Reply
{
    /// <summary>The tags, by key.</summary>
    public IReadOnlyList<Tag> Tags { get; } = tags;
}
