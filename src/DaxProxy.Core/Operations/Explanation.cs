namespace DaxProxy.Core.Operations;

/// <summary>What the caches tell about one request to a caller who wants to know why it was answered as it was.</summary>
/// <remarks>
/// Thread-safe. The text is printable ASCII without quotes, as the <c>detail</c> of a <c>Cache-Status</c> (RFC 9211) must be.
/// </remarks>
public sealed class Explanation
{
    private readonly Lock gate = new();
    private readonly List<string> remarks = [];

    /// <summary>Adds a remark.</summary>
    public void Say(string remark)
    {
        lock (gate)
        {
            remarks.Add(remark);
        }
    }

    /// <summary>The remarks in the order made.</summary>
    public override string ToString()
    {
        lock (gate)
        {
            return string.Join(", ", remarks);
        }
    }
}
