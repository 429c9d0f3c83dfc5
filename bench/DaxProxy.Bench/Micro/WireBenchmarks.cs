using BenchmarkDotNet.Attributes;
using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Micro;

/// <summary>Whole requests through Kestrel and the front end, without a socket: the difference to the constant reply is ours.</summary>
public class WireBenchmarks : IDisposable
{
    private readonly ProxyRig rig = new();
    private readonly ProxyRig uncached = new(isCaching: false);
    private readonly MemoryServer constant;
    private readonly MemoryServer hit;
    private readonly MemoryServer engineGet;

    public WireBenchmarks()
    {
        byte[] request = ProxyRig.Items.Gets()[0];
        string body = $$$$"""{"Item":{"pk":{"S":"user#0000000"},"data":{"S":"{{{{new string('x', 382)}}}}"}}}""";
        ConstantServer reply = new(new ConstantReply(
            new Dictionary<string, string>
            {
                ["Server"] = "Server",
                ["Content-Type"] = "application/x-amz-json-1.0",
                ["x-amz-crc32"] = "1234567890",
                ["Cache-Status"] = "DaxProxy; hit; ttl=299",
                ["x-amzn-RequestId"] = new string('A', 52),
            },
            body));
        constant = new MemoryServer(reply.AnswerAsync, request);
        hit = new MemoryServer(rig.Frontend.HandleAsync, request);
        engineGet = new MemoryServer(uncached.Frontend.HandleAsync, request);
    }

    [Benchmark(Baseline = true)]
    public int ConstantReply() => constant.Exchange();

    [Benchmark]
    public int CachedGetItem() => hit.Exchange();

    [Benchmark]
    public int EngineGetItem() => engineGet.Exchange();

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        foreach (IDisposable owned in (IDisposable[])[constant, hit, engineGet, rig, uncached])
        {
            owned.Dispose();
        }
    }
}
