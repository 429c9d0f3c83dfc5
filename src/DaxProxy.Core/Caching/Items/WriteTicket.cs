namespace DaxProxy.Core.Caching.Items;

/// <summary>A write under way. The caller that began it must end it, exactly once.</summary>
public readonly struct WriteTicket
{
    internal WriteTicket(int stripe, long version, bool beganAlone)
    {
        Stripe = stripe;
        Version = version;
        BeganAlone = beganAlone;
    }

    internal int Stripe { get; }

    internal long Version { get; }

    internal bool BeganAlone { get; }
}
