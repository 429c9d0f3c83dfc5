using BenchmarkDotNet.Attributes;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Peeks;

namespace DaxProxy.Bench.Micro;

/// <summary>From a GetItem's body to the cached answer.</summary>
public class PeekBenchmarks : IDisposable
{
    private readonly ProxyRig rig = new();
    private readonly byte[] known = ProxyRig.BodyOf(ProxyRig.Items.Gets()[0]);
    private readonly byte[] unknown = ProxyRig.BodyOf(ProxyRig.Items.Gets()[1]);

    [Benchmark]
    public int Hit() => JsonPeek.TryServe(known, rig.Caching!.Catalog, rig.Caching.Items, null, out CachedItem? item) ? item.Face.Body.Length : throw new InvalidOperationException();

    [Benchmark]
    public int Miss() => JsonPeek.TryServe(unknown, rig.Caching!.Catalog, rig.Caching.Items, null, out _) ? throw new InvalidOperationException() : 0;

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        rig.Dispose();
    }
}
