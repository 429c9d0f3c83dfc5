using DaxProxy.Core.Operations.Streams;

namespace DaxProxy.Tests.Caching.Checker.Following;

/// <summary>A shard of a simulated stream: the changes of the keys whose hashes are in its range.</summary>
internal sealed class SimulatedShard(string id, string? parent, int first, int end)
{
    public string Id { get; } = id;

    public string? Parent { get; } = parent;

    public int First { get; } = first;

    public int End { get; } = end;

    /// <summary>The changes, and when each can be read.</summary>
    public List<(DateTimeOffset VisibleAt, ChangeRecord Record)> Records { get; } = [];

    public int Trimmed { get; set; }

    /// <summary>Whether someone has asked for a place in it.</summary>
    public bool IsBegun { get; set; }

    public bool IsClosed { get; set; }

    public bool Covers(int hash) => hash >= First && hash < End;
}
