namespace DaxProxy.Core.Caching.Items;

/// <summary>The right to store what is about to be fetched. Any write on the same fence voids it.</summary>
public readonly struct FillTicket
{
    internal FillTicket(int stripe, long version)
    {
        Stripe = stripe;
        Version = version;
    }

    internal int Stripe { get; }

    internal long Version { get; }
}
