using System.Collections.Immutable;
using DaxProxy.Core.Caching.Group;

namespace DaxProxy.Tests.Caching.Checker.Group;

/// <summary>What members keep for each other at a server, as the scripts of the product do it. Immutable: a replica has what was.</summary>
internal sealed record SimulatedItems
{
    private ImmutableDictionary<string, Kept> Items { get; init; } = ImmutableDictionary<string, Kept>.Empty;

    private ImmutableDictionary<string, TimeSpan> Withheld { get; init; } = ImmutableDictionary<string, TimeSpan>.Empty;

    private string? Server { get; init; }

    private string? Epoch { get; init; }

    private TimeSpan QuietUntil { get; init; }

    private string? TicketEpoch { get; init; }

    private TimeSpan AllWithheldUntil { get; init; }

    /// <summary>The list is gone, and perhaps the tickets; the items are not.</summary>
    public SimulatedItems Evict(bool tickets) => this with
    {
        Server = null,
        Epoch = null,
        QuietUntil = default,
        TicketEpoch = tickets ? null : TicketEpoch,
        Withheld = tickets ? Withheld.Clear() : Withheld,
    };

    public SimulatedItems Join(string server, Stay stay, bool isReturn, TimeSpan now, TimeSpan settle)
    {
        SimulatedItems next = Server == server ? this : this with { Server = server, Epoch = null };
        return isReturn || next.Epoch is null ? next.End($"{stay.Node}{stay.Incarnation}").Quiet(now + settle) : next;
    }

    /// <summary>Ends all that is shared.</summary>
    public SimulatedItems End(string epoch) =>
        this with { Epoch = epoch, TicketEpoch = Epoch is not null && TicketEpoch == Epoch ? epoch : TicketEpoch };

    public SimulatedItems Quiet(TimeSpan until) => this with { QuietUntil = until > QuietUntil ? until : QuietUntil };

    public SimulatedItems Announce(SharedRaise raise, string epoch, TimeSpan now)
    {
        SimulatedItems next = raise.IsAll ? End(epoch).Quiet(now + raise.Quiet) : this;
        foreach ((string key, TimeSpan span) in raise.Keys)
        {
            next = next with
            {
                Items = next.Items.Remove(key),
                Withheld = span > TimeSpan.Zero && next.Withheld.GetValueOrDefault(key[..2]) < now + span
                    ? next.Withheld.SetItem(key[..2], now + span)
                    : next.Withheld,
            };
        }

        return next;
    }

    public (SimulatedItems Next, SharedAnswer Answer) Look(string server, string key, string ticket, TimeSpan now, TimeSpan settle)
    {
        if (Server != server || Epoch is null || QuietUntil >= now)
        {
            return (this, default);
        }

        Kept? kept = Items.GetValueOrDefault(key) is { } found && found.Epoch == Epoch && found.Ends > now ? found : null;
        if (kept?.Value is { } value)
        {
            return (this, new SharedAnswer(value, kept.Ends - now, null));
        }

        SimulatedItems next = TicketEpoch == Epoch ? this
            : this with { TicketEpoch = Epoch, Withheld = Withheld.Clear(), AllWithheldUntil = now + settle };
        if (next.AllWithheldUntil >= now || next.Withheld.GetValueOrDefault(key[..2]) >= now)
        {
            return (next, default);
        }

        kept ??= new Kept(Epoch, null, ticket, now + TimeSpan.FromMinutes(1));
        return (next with { Items = next.Items.SetItem(key, kept) }, new SharedAnswer(null, default, kept.Ticket));
    }

    public SimulatedItems Store(string server, string key, string ticket, byte[] value, TimeSpan life, TimeSpan now) =>
        Server == server && QuietUntil < now && Items.GetValueOrDefault(key) is { Value: null } kept
        && kept.Epoch == Epoch && kept.Ticket == ticket && kept.Ends > now
            ? this with { Items = Items.SetItem(key, new Kept(kept.Epoch, value, ticket, now + life)) }
            : this;

    public SimulatedItems Forget(string key) => this with { Items = Items.Remove(key) };

    private sealed record Kept(string Epoch, byte[]? Value, string Ticket, TimeSpan Ends);
}
