using System.Text.Json;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>DescribeEndpoints in JSON.</summary>
internal static class DescribeEndpointsJson
{
    public static JsonVerb Verb { get; } = new(nameof(DescribeEndpoints), (_, _) => new DescribeEndpoints()) { IsControlPlane = true };

    public static void Write(Utf8JsonWriter writer, DescribeEndpointsReply reply)
    {
        writer.WriteStartArray("Endpoints"u8);
        writer.WriteStartObject();
        writer.WriteString("Address"u8, reply.Address);
        writer.WriteNumber("CachePeriodInMinutes"u8, DescribeEndpointsReply.CachePeriodInMinutes);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }
}
