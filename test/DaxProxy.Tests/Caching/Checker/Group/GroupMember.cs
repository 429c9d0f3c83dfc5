using DaxProxy.Core.Caching.Group;
using DaxProxy.Core.Catalog;

namespace DaxProxy.Tests.Caching.Checker.Group;

/// <summary>One process of a group: its caches, its calls of the backend and its clients, with a clock of its own speed.</summary>
internal sealed class GroupMember
{
    private static readonly double[] Rates = [0.995, 1, 1.005];

    private double owed;
    private int left;
    private int createdBefore;
    private int stays;

    public GroupMember(
        string name, ulong seed, HeldBackend inner, SimulatedRedis redis, GroupTerms terms, bool isSmall, string? validated,
        Action<string>? tell)
    {
        Name = name;
        Inner = inner;
        Rate = Rates[(int)(seed % 3)];
        Caches = new CheckedCaches(inner, seed, isSmall, validated: validated, continuations: TaskCreationOptions.None);
        Channel = new SimulatedChannel(redis);
        Node = new GroupNode(
            terms, name, Channel, Caches.Backend, Caches.Catalog.Gate, Caches.Time, TaskCreationOptions.None)
        {
            ModeOf = table => table == validated ? GroupMode.Validated : terms.Mode,
            NewIncarnation = () => $"{++stays:x}",
            OnJoined = () => tell?.Invoke($"{name} has joined"),
            OnLeft = fault =>
            {
                createdBefore = Caches.Time.Created;
                Volatile.Write(ref left, Channel.Opens);
                tell?.Invoke($"{name} has lost the group{(fault is null ? "" : ": " + fault.Message)}");
            },
            OnLapse = lost => tell?.Invoke($"{name} misses {lost}"),
        };
        Node.Start();
    }

    public string Name { get; }

    public HeldBackend Inner { get; }

    public CheckedCaches Caches { get; }

    public SimulatedChannel Channel { get; }

    public GroupNode Node { get; }

    public double Rate { get; }

    /// <summary>Whether it does nothing at all, while time passes: it was suspended.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Reads that have no answer yet.</summary>
    public List<ClientRead> Reads { get; } = [];

    /// <summary>Writes that have no answer yet.</summary>
    public List<ClientWrite> Writes { get; } = [];

    /// <summary>Time passes.</summary>
    public void Advance(TimeSpan span)
    {
        owed += span.TotalSeconds * Rate;
        if (!IsPaused)
        {
            double due = owed;
            owed = 0;
            Caches.Time.Advance(due);
        }
    }

    /// <summary>
    /// Waits until it does nothing by itself. Where a stay is cancelled while it waits for the time, the runtime lets it go on in the pool,
    /// until it waits for the time again.
    /// </summary>
    public void Rest()
    {
        if (Channel.StayEnd.IsCancellationRequested)
        {
            SpinWait.SpinUntil(() => Volatile.Read(ref left) == Channel.Opens && Caches.Time.Created > createdBefore);
        }
    }

    public void Pause() => IsPaused = true;

    public void Resume()
    {
        IsPaused = false;
        Advance(TimeSpan.Zero);
    }
}
