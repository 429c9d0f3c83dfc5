using System.Text.Json;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>DescribeLimits in JSON.</summary>
internal static class DescribeLimitsJson
{
    public static JsonVerb Verb { get; } =
        JsonVerb.Of<DescribeLimitsReply>(DescribeLimits.Definition, (_, _) => new DescribeLimits(), Write);

    private static void Write(Utf8JsonWriter writer, DescribeLimitsReply reply)
    {
        writer.WriteNumber("AccountMaxReadCapacityUnits"u8, reply.AccountMaxUnits);
        writer.WriteNumber("AccountMaxWriteCapacityUnits"u8, reply.AccountMaxUnits);
        writer.WriteNumber("TableMaxReadCapacityUnits"u8, reply.TableMaxUnits);
        writer.WriteNumber("TableMaxWriteCapacityUnits"u8, reply.TableMaxUnits);
    }
}
