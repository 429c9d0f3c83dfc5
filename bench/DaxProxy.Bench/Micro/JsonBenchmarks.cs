using System.Buffers;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;

namespace DaxProxy.Bench.Micro;

/// <summary>Requests from bytes to operations, replies from results to bytes.</summary>
public class JsonBenchmarks
{
    private readonly byte[] get = ProxyRig.BodyOf(ProxyRig.Items.Gets()[0]);
    private readonly byte[] put = ProxyRig.BodyOf(ProxyRig.Items.Puts()[0]);
    private readonly ArrayBufferWriter<byte> output = new(4096);
    private readonly Operation operation;
    private readonly GetItemReply reply;

    public JsonBenchmarks()
    {
        operation = Read("DynamoDB_20120810.GetItem", get);
        reply = new GetItemReply(Item.FromAttributes(((PutItem)Read("DynamoDB_20120810.PutItem", put)).Item.Value!), null);
    }

    [Benchmark]
    public int DecodeGetItem() => Read("DynamoDB_20120810.GetItem", get).Name.Length;

    [Benchmark]
    public int DecodePutItem() => Read("DynamoDB_20120810.PutItem", put).Name.Length;

    [Benchmark]
    public int EncodeGetItem()
    {
        output.ResetWrittenCount();
        JsonReply.Write(operation, reply, output);
        return output.WrittenCount;
    }

    private static Operation Read(string target, byte[] body)
    {
        using JsonDocument document = JsonRequest.TryParse(new ReadOnlySequence<byte>(body))!;
        return JsonRequest.TryRead(target, document.RootElement, ValidationProfile.October2026, out Operation? read) is null
            ? read!
            : throw new InvalidOperationException();
    }
}
