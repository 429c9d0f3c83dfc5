namespace DaxProxy.Core.Operations;

/// <summary>Answer to UpdateTimeToLive: what was asked for.</summary>
/// <param name="attributeName">The attribute.</param>
/// <param name="enabled">Whether it was switched on.</param>
public sealed class UpdateTimeToLiveReply(string attributeName, bool enabled) : Reply
{
    /// <summary>The attribute.</summary>
    public string AttributeName { get; } = attributeName;

    /// <summary>Whether it was switched on.</summary>
    public bool Enabled { get; } = enabled;
}
