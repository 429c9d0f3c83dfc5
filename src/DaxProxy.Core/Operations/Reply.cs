namespace DaxProxy.Core.Operations;

/// <summary>What comes back for an operation: the verb's own reply, or an <see cref="ErrorReply"/>. Immutable and thread-safe.</summary>
public abstract class Reply
{
    private KnownEffect effect;
    private CacheStatus? cache;

    /// <summary>How the item cache dealt with the request; null when it was none of its business.</summary>
    public CacheStatus? Cache
    {
        get => cache;
        init => cache = value;
    }

    /// <summary>What is known of the effect besides what the answer says. For the caches; never shown to a client.</summary>
    public KnownEffect Effect
    {
        get => effect;
        init => effect = value;
    }

    /// <summary>Bytes of the items in it as JSON, which is nearly all of an answer that is large. 0 where there are none.</summary>
    public virtual long ItemBytes => 0;

    /// <summary>The same answer with this known of its effect.</summary>
    public Reply WithEffect(KnownEffect known)
    {
        Reply copy = (Reply)MemberwiseClone();
        copy.effect = known;
        return copy;
    }

    /// <summary>The same answer with this said of the cache.</summary>
    public Reply WithCache(CacheStatus status)
    {
        Reply copy = (Reply)MemberwiseClone();
        copy.cache = status;
        return copy;
    }
}
