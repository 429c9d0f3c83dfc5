using System.Buffers.Binary;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace DaxProxy.Conformance.Observing;

/// <summary>A collector of OpenTelemetry that takes what is sent to it, and keeps the spans and the bodies of metrics.</summary>
/// <remarks>Source: opentelemetry-proto, <c>trace/v1</c>, <c>metrics/v1</c> and <c>common/v1</c>.</remarks>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly List<OtlpSpan> spans = [];

    private OtlpCollector(WebApplication server) => this.server = server;

    /// <summary>Where it listens.</summary>
    public string EndPoint => server.Urls.Single();

    /// <summary>The spans that have come, in their order.</summary>
    public IReadOnlyList<OtlpSpan> Spans
    {
        get
        {
            lock (spans)
            {
                return [.. spans];
            }
        }
    }

    /// <summary>The resource of the last spans.</summary>
    public IReadOnlyDictionary<string, string> Resource { get; private set; } = new Dictionary<string, string>();

    /// <summary>What came as spans, as text in which anything that they say can be found.</summary>
    public string Traces { get; private set; } = "";

    /// <summary>What came as metrics, as text in which the names can be found.</summary>
    public string Metrics { get; private set; } = "";

    /// <summary>
    /// The points of the last metrics by name and attributes, as in <c>daxproxy.requests operation=GetItem,outcome=success,wire=json</c>:
    /// the value, and of a histogram how many values it counts.
    /// </summary>
    public IReadOnlyDictionary<string, double> Points { get; private set; } = new Dictionary<string, double>();

    /// <summary>Starts one.</summary>
    public static async Task<OtlpCollector> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication application = builder.Build();
        OtlpCollector collector = new(application);
        application.Run(collector.TakeAsync);
        await application.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task TakeAsync(HttpContext exchange)
    {
        using MemoryStream copy = new();
        await exchange.Request.Body.CopyToAsync(copy);
        byte[] body = copy.ToArray();
        lock (spans)
        {
            if (exchange.Request.Path == "/v1/traces" && exchange.Request.ContentType == "application/x-protobuf")
            {
                Traces += Encoding.Latin1.GetString(body);
                foreach (ReadOnlyMemory<byte> resourceSpans in Bytes(body, 1))
                {
                    Resource = Bytes(resourceSpans, 1).SelectMany(resource => Bytes(resource, 1)).Select(ReadAttribute).ToDictionary();
                    spans.AddRange(Bytes(resourceSpans, 2).SelectMany(scope => Bytes(scope, 2)).Select(ReadSpan));
                }
            }
            else if (exchange.Request.Path == "/v1/metrics")
            {
                Metrics += Encoding.Latin1.GetString(body);
                Points = Bytes(body, 1).SelectMany(resource => Bytes(resource, 2)).SelectMany(scope => Bytes(scope, 2))
                    .SelectMany(ReadPoints).ToDictionary();
            }
            else
            {
                exchange.Response.StatusCode = StatusCodes.Status404NotFound;
            }
        }

        exchange.Response.ContentType = "application/x-protobuf";
    }

    private static OtlpSpan ReadSpan(ReadOnlyMemory<byte> span) => new(
        Hex(span, 1),
        Hex(span, 2),
        Hex(span, 4),
        Text(span, 5),
        (int)Number(span, 6),
        Bytes(span, 9).Select(ReadAttribute).ToDictionary(),
        (int)Bytes(span, 15).Select(status => Number(status, 3)).SingleOrDefault());

    private static IEnumerable<KeyValuePair<string, double>> ReadPoints(ReadOnlyMemory<byte> metric)
    {
        const int Gauge = 5, Sum = 7, Histogram = 9;
        (int kind, _, ReadOnlyMemory<byte> data) = Fields(metric).Single(one => one.Field is Gauge or Sum or Histogram);
        foreach (ReadOnlyMemory<byte> point in Bytes(data, 1))
        {
            IEnumerable<string> attributes = Bytes(point, kind == Histogram ? 9 : 7).Select(ReadAttribute)
                .Select(attribute => $"{attribute.Key}={attribute.Value}").Order();
            ulong value = Number(point, 4);
            yield return new(
                $"{Text(metric, 1)} {string.Join(',', attributes)}",
                kind == Histogram ? value : BitConverter.UInt64BitsToDouble(value));
        }
    }

    private static KeyValuePair<string, string> ReadAttribute(ReadOnlyMemory<byte> attribute) =>
        new(Text(attribute, 1), Bytes(attribute, 2).Select(ReadValue).Single());

    private static string ReadValue(ReadOnlyMemory<byte> value)
    {
        (int field, ulong number, ReadOnlyMemory<byte> bytes) = Fields(value).Single();
        return field switch
        {
            1 => Encoding.UTF8.GetString(bytes.Span),
            5 => string.Join(',', Bytes(bytes, 1).Select(ReadValue)),
            _ => $"{number}",
        };
    }

    private static string Hex(ReadOnlyMemory<byte> message, int field) =>
        Convert.ToHexStringLower(Bytes(message, field).SingleOrDefault().Span);

    private static string Text(ReadOnlyMemory<byte> message, int field) =>
        Encoding.UTF8.GetString(Bytes(message, field).SingleOrDefault().Span);

    private static ulong Number(ReadOnlyMemory<byte> message, int field) =>
        Fields(message).Where(one => one.Field == field).Select(one => one.Number).SingleOrDefault();

    private static IEnumerable<ReadOnlyMemory<byte>> Bytes(ReadOnlyMemory<byte> message, int field) =>
        Fields(message).Where(one => one.Field == field).Select(one => one.Bytes);

    /// <summary>The fields of a message, as protobuf writes them.</summary>
    private static IEnumerable<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> Fields(ReadOnlyMemory<byte> message)
    {
        int at = 0;
        while (at < message.Length)
        {
            ulong tag = Varint(message.Span, ref at);
            int field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    yield return (field, Varint(message.Span, ref at), default);
                    break;
                case 1:
                    yield return (field, BinaryPrimitives.ReadUInt64LittleEndian(message.Span[at..]), default);
                    at += 8;
                    break;
                case 2:
                    int length = (int)Varint(message.Span, ref at);
                    yield return (field, 0, message.Slice(at, length));
                    at += length;
                    break;
                default:
                    yield return (field, BinaryPrimitives.ReadUInt32LittleEndian(message.Span[at..]), default);
                    at += 4;
                    break;
            }
        }
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
