namespace DaxProxy.Core.Operations;

/// <summary>Answer to DescribeTimeToLive.</summary>
/// <param name="attributeName">The attribute that ends an item's time; null while there is none.</param>
public sealed class DescribeTimeToLiveReply(string? attributeName) : Reply
{
    /// <summary>The attribute that ends an item's time; null while there is none.</summary>
    public string? AttributeName { get; } = attributeName;
}
