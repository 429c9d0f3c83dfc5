using System.Buffers;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Wire.Dax;

/// <summary>The requests that are about the protocol itself and not about items, and the answers to them.</summary>
/// <remarks>Readers return false or null where the request, though well-formed, is none of its method.</remarks>
public static class DaxServiceCalls
{
    /// <summary>The client of a preamble, as it names itself: <c>DaxJSClient-1.2.10</c>; null where it does not.</summary>
    public static string? ReadUserAgent(ReadOnlySpan<byte> preamble) => throw new NotImplementedException();

    /// <summary>Who calls; null where the arguments are not those of an authorization.</summary>
    public static ConnectionAuthorization? ReadAuthorization(ReadOnlySpan<byte> frame) => throw new NotImplementedException();

    /// <summary>The table whose key is asked for.</summary>
    public static string? ReadTableName(ReadOnlySpan<byte> frame) => throw new NotImplementedException();

    /// <summary>The number whose names are asked for.</summary>
    public static int? ReadAttributeListId(ReadOnlySpan<byte> frame) => throw new NotImplementedException();

    /// <summary>The names whose number is asked for.</summary>
    public static AttributeNames? ReadAttributeNames(ReadOnlySpan<byte> frame) => throw new NotImplementedException();

    /// <summary>Answers which nodes there are.</summary>
    public static void WriteEndpoints(IReadOnlyList<DaxEndpoint> endpoints, IBufferWriter<byte> output) => throw new NotImplementedException();

    /// <summary>Answers what the key of a table is.</summary>
    public static void WriteKeySchema(KeySchema schema, IBufferWriter<byte> output) => throw new NotImplementedException();

    /// <summary>Answers what number a list has.</summary>
    public static void WriteAttributeListId(int id, IBufferWriter<byte> output) => throw new NotImplementedException();

    /// <summary>Answers which names a number stands for.</summary>
    public static void WriteAttributeNames(AttributeNames names, IBufferWriter<byte> output) => throw new NotImplementedException();
}
