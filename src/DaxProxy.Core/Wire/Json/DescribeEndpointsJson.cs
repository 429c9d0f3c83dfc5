using System.Text.Json;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>DescribeEndpoints in JSON.</summary>
internal static class DescribeEndpointsJson
{
    public static JsonVerb Verb { get; } =
        JsonVerb.Of<DescribeEndpointsReply>(DescribeEndpoints.Definition, (_, _) => new DescribeEndpoints(), Write);

    private static void Write(Utf8JsonWriter writer, DescribeEndpointsReply reply)
    {
        writer.WriteStartArray("Endpoints"u8);
        writer.WriteStartObject();
        writer.WriteString("Address"u8, reply.Address);
        writer.WriteNumber("CachePeriodInMinutes"u8, DescribeEndpointsReply.CachePeriodInMinutes);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }
}
