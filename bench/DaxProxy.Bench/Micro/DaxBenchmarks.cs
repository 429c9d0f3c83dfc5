using System.Buffers;
using System.IO.Pipelines;
using BenchmarkDotNet.Attributes;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Peeks;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;
using DaxProxy.Load;

namespace DaxProxy.Bench.Micro;

/// <summary>
/// A GetItem over DAX: its framing, its short way to the cached answer, and all of it through a connection without a socket.
/// </summary>
public class DaxBenchmarks : IDisposable
{
    private readonly ProxyRig rig = new();
    private readonly byte[] known = ProxyRig.Items.DaxGets()[0];
    private readonly byte[] unknown = ProxyRig.Items.DaxGets()[1];
    private readonly ReadOnlySequence<byte> buffer;
    private readonly DaxFramer framer = new();
    private readonly Pipe up = new(Inline), down = new(Inline);
    private readonly Task served;

    public DaxBenchmarks()
    {
        framer.TryRead(new ReadOnlySequence<byte>(DaxRequests.Preamble), out _);
        buffer = new ReadOnlySequence<byte>(known);
        served = rig.ServeDaxAsync(up.Reader, down.Writer);
        up.Writer.Write(DaxRequests.Preamble);
    }

    private static PipeOptions Inline =>
        new(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false);

    [Benchmark]
    public int Frame() =>
        framer.TryRead(buffer, out DaxFrame frame) == DaxFraming.Complete ? (int)frame.Bytes : throw new InvalidOperationException();

    [Benchmark]
    public int PeekHit() => DaxPeek.TryServe(known, rig.Caching!.Catalog, rig.Caching.Items, null, out CachedItem? item)
        ? item.Face.Body.Length
        : throw new InvalidOperationException();

    [Benchmark]
    public int PeekMiss() =>
        DaxPeek.TryServe(unknown, rig.Caching!.Catalog, rig.Caching.Items, null, out _) ? throw new InvalidOperationException() : 0;

    [Benchmark]
    public int CachedGetItem()
    {
        up.Writer.Write(known);
        ValueTask<FlushResult> flush = up.Writer.FlushAsync();
        if (!flush.IsCompletedSuccessfully || !down.Reader.TryRead(out ReadResult reply))
        {
            throw new InvalidOperationException("The reply was not made on this thread.");
        }

        int length = (int)reply.Buffer.Length;
        down.Reader.AdvanceTo(reply.Buffer.End);
        return length;
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        up.Writer.Complete();
        served.GetAwaiter().GetResult();
        rig.Dispose();
    }
}
