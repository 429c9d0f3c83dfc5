namespace DaxProxy.Core.Operations;

/// <summary>Answer to DescribeTimeToLive.</summary>
/// <param name="status"><c>ENABLING</c>, <c>ENABLED</c>, <c>DISABLING</c> or <c>DISABLED</c>.</param>
/// <param name="attributeName">The attribute that ends an item's time; null while there is none.</param>
public sealed class DescribeTimeToLiveReply(string status, string? attributeName) : Reply
{
    /// <summary><c>ENABLING</c>, <c>ENABLED</c>, <c>DISABLING</c> or <c>DISABLED</c>.</summary>
    public string Status { get; } = status;

    /// <summary>The attribute that ends an item's time; null while there is none.</summary>
    public string? AttributeName { get; } = attributeName;
}
