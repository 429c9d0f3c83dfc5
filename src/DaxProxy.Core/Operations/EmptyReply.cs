namespace DaxProxy.Core.Operations;

/// <summary>Answer without any body, as TagResource and UntagResource give.</summary>
public sealed class EmptyReply : Reply
{
    /// <summary>The answer.</summary>
    public static EmptyReply Instance { get; } = new();
}
