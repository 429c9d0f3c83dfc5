namespace DaxProxy.Core.Caching.Group;

/// <summary>Who hears what a channel brings: messages one at a time and in order, acknowledgements beside them.</summary>
public interface IGroupListener
{
    /// <summary>A member tells something; messages of this process come too.</summary>
    void OnMessage(GroupMessage message);

    /// <summary>A message that this process has sent itself has come back, behind all that was announced before.</summary>
    void OnEcho(string word);

    /// <summary>A member has acknowledged a message of this process.</summary>
    void OnAck(GroupAck ack);

    /// <summary>Messages may have been lost since the last one. Nothing comes after this until the channel is opened again.</summary>
    void OnLost();
}
