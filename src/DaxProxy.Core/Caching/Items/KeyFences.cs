using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using DaxProxy.Core.Caching.Core;

namespace DaxProxy.Core.Caching.Items;

/// <summary>
/// The fences that keep fills and writes of one key apart: a fixed table of (version, writes in flight, doubt, settling), shared by all
/// keys.
/// </summary>
/// <remarks>
/// Two keys on one fence only make us forget more than we had to. Where they meet follows from a secret seed. A write raises the version
/// when it begins and again when it ends. A fetch may be stored if the version is still the one under which it began, with nothing in
/// flight; and where the backend's reads may be behind, only if it read consistently or all writes had settled. To look at or to change a
/// fence one enters it; what a fence allows to be stored is stored before it is left, so that no writer can come between the two. Readers
/// of the cache enter nothing.
/// <code>
/// field                      read and written
/// fences[i]                  inside locks[i mod n]
/// allSettleAt                read by any thread, written inside unfenced; only grows
/// </code>
/// Locks are leaves but for the store itself; no thread holds two.
/// </remarks>
public sealed class KeyFences
{
    private const int MaxLocks = 256;

    private readonly Fence[] fences;
    private readonly Lock[] locks;
    private readonly ulong seed;
    private readonly long doubtWindow;
    private readonly long settleWindow;
    private readonly TimeProvider time;
    private readonly Lock unfenced = new();
    private long allSettleAt = long.MinValue;

    /// <summary>Quiet fences.</summary>
    /// <param name="count">How many: a power of two.</param>
    /// <param name="seed">What spreads keys over them; random in each process.</param>
    /// <param name="doubtWindow">How long a fence stays in doubt after a write of unknown outcome.</param>
    /// <param name="settleWindow">How long the backend's eventually consistent reads may miss a write.</param>
    /// <param name="time">The clock.</param>
    public KeyFences(int count, ulong seed, TimeSpan doubtWindow, TimeSpan settleWindow, TimeProvider time)
    {
        if (!BitOperations.IsPow2(count))
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, "Fences come in powers of two.");
        }

        this.seed = seed;
        this.time = time;
        this.doubtWindow = (long)(doubtWindow.TotalSeconds * time.TimestampFrequency);
        this.settleWindow = (long)(settleWindow.TotalSeconds * time.TimestampFrequency);
        fences = new Fence[count];
        locks = new Lock[Math.Min(count, MaxLocks)];
        for (int i = 0; i < locks.Length; i++)
        {
            locks[i] = new Lock();
        }
    }

    /// <summary>The fence of an item.</summary>
    public int StripeOf(string tableName, ReadOnlySpan<byte> keyBytes)
    {
        ulong table = KeyedHash.Of(seed, MemoryMarshal.AsBytes(tableName.AsSpan()));
        return (int)(KeyedHash.Of(table, keyBytes) & (ulong)(fences.Length - 1));
    }

    /// <summary>A write has ended whose fence is not known: until it has settled, no fence has.</summary>
    public void EndUnfenced(bool isUnknown)
    {
        if (settleWindow > 0)
        {
            lock (unfenced)
            {
                Volatile.Write(ref allSettleAt, Math.Max(allSettleAt, SettlingEnd(isUnknown)));
            }
        }
    }

    /// <summary>No fetch that is under way may be stored any more, and no write's image.</summary>
    internal void RaiseAll()
    {
        for (int stripe = 0; stripe < fences.Length; stripe++)
        {
            using Held fence = Enter(stripe);
            fence.Raise();
        }
    }

    /// <summary>Takes hold of a fence until the result is disposed of.</summary>
    internal Held Enter(int stripe) => new(this, stripe, locks[stripe & (locks.Length - 1)].EnterScope());

    /// <summary>Whether no write is in flight anywhere. For tests: every write that began must have ended.</summary>
    internal bool AreQuiet() => fences.All(fence => fence.WritesInFlight == 0);

    private long SettlingEnd(bool isUnknown) => time.GetTimestamp() + settleWindow + (isUnknown ? doubtWindow : 0);

    private struct Fence
    {
        public long Version;
        public long DoubtfulUntil;
        public long SettlesAt;
        public int WritesInFlight;
        public bool IsDoubtful;
    }

    /// <summary>A fence in the hand of its only holder.</summary>
    internal ref struct Held
    {
        private readonly KeyFences owner;
        private readonly int stripe;
        private readonly ref Fence fence;
        private Lock.Scope scope;

        public Held(KeyFences owner, int stripe, Lock.Scope scope)
        {
            this.owner = owner;
            this.stripe = stripe;
            this.scope = scope;
            fence = ref owner.fences[stripe];
        }

        /// <summary>Changes with every begin and end of a write.</summary>
        public readonly long Version => fence.Version;

        /// <summary>Whether writes are in flight.</summary>
        public readonly bool HasWrites => fence.WritesInFlight > 0;

        /// <summary>The right to store a fetch that begins now; none while a write is in flight or in doubt.</summary>
        public readonly bool TryTakeTicket(out FillTicket ticket)
        {
            ticket = new FillTicket(stripe, fence.Version);
            return fence.WritesInFlight == 0 && !IsInDoubt();
        }

        /// <summary>Whether every read of the backend that begins now sees all writes that have ended here.</summary>
        public readonly bool IsSettled()
        {
            if (owner.settleWindow == 0)
            {
                return true;
            }

            long now = owner.time.GetTimestamp();
            return now >= fence.SettlesAt && now >= Volatile.Read(ref owner.allSettleAt);
        }

        /// <summary>Whether what was fetched under this ticket may be stored now.</summary>
        public readonly bool Honours(FillTicket ticket)
        {
            Debug.Assert(ticket.Stripe == stripe, "ticket of another fence");
            return fence.Version == ticket.Version;
        }

        /// <summary>Voids what is under way.</summary>
        public readonly void Raise() => fence.Version++;

        /// <summary>
        /// A write begins. One that may still arrive is in flight too: it may come behind this one, and before this one's answer.
        /// </summary>
        public readonly WriteTicket Begin()
        {
            bool alone = fence.WritesInFlight == 0 && !IsInDoubt();
            fence.Version++;
            fence.WritesInFlight++;
            return new WriteTicket(stripe, fence.Version, alone);
        }

        /// <summary>A write ends. True if it was alone for its whole flight and its outcome is known: its image is the state.</summary>
        public readonly bool End(WriteTicket ticket, bool isUnknown)
        {
            Debug.Assert(ticket.Stripe == stripe && fence.WritesInFlight > 0, "a write that did not begin here");
            bool alone = ticket.BeganAlone && fence.Version == ticket.Version;
            fence.Version++;
            fence.WritesInFlight--;
            if (isUnknown)
            {
                fence.IsDoubtful = true;
                fence.DoubtfulUntil = owner.time.GetTimestamp() + owner.doubtWindow;
            }

            if (owner.settleWindow > 0)
            {
                fence.SettlesAt = Math.Max(fence.SettlesAt, owner.SettlingEnd(isUnknown));
            }

            return alone && !isUnknown;
        }

        /// <summary>Leaves the fence.</summary>
        public void Dispose() => scope.Dispose();

        private readonly bool IsInDoubt()
        {
            if (fence.IsDoubtful && owner.time.GetTimestamp() >= fence.DoubtfulUntil)
            {
                fence.IsDoubtful = false;
            }

            return fence.IsDoubtful;
        }
    }
}
