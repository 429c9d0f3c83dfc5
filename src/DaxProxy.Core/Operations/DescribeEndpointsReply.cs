namespace DaxProxy.Core.Operations;

/// <summary>Answer to DescribeEndpoints.</summary>
/// <param name="address">Host and port to send requests to.</param>
public sealed class DescribeEndpointsReply(string address) : Reply
{
    /// <summary>How long the answer may be kept. Source: what the service answers.</summary>
    public const int CachePeriodInMinutes = 1440;

    /// <summary>Host and port to send requests to.</summary>
    public string Address { get; } = address;
}
