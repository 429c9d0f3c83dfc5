using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Group;

/// <summary>One round: the same loads on a proxy that is alone, and on one that is in a group.</summary>
/// <param name="WriteAlone">One writer, alone.</param>
/// <param name="Write">One writer, in the group.</param>
/// <param name="WritesAlone">32 writers, alone.</param>
/// <param name="Writes">32 writers, in the group.</param>
/// <param name="HitsAlone">32 readers of cached items, alone.</param>
/// <param name="Hits">32 readers of cached items, in the group.</param>
internal sealed record GroupRound(
    LoadResult WriteAlone, LoadResult Write, LoadResult WritesAlone, LoadResult Writes, LoadResult HitsAlone, LoadResult Hits);
