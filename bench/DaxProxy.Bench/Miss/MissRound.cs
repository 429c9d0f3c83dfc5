using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Miss;

/// <summary>A round of each way, one right after the other.</summary>
/// <param name="Direct">The same requests sent to the backend.</param>
/// <param name="Proxied">The requests sent to the proxy, which knew none of the items.</param>
internal sealed record MissRound(LoadResult Direct, LoadResult Proxied);
