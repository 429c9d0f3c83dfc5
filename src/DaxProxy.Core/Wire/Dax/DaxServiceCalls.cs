using System.Buffers;
using System.Net;
using DaxProxy.Core.Items;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;

namespace DaxProxy.Core.Wire.Dax;

/// <summary>The requests that are about the protocol itself and not about items, and the answers to them.</summary>
/// <remarks>
/// <code>
/// preamble              = magic layering session { "UserAgent": text } mode
/// authorizeConnection   = accessKeyId signature &lt;stringToSign&gt; sessionToken | null, userAgent | null    ; no answer
/// endpoints             = → [ { 0: node, 2: &lt;address&gt;, 3: port, 4: role, 5: zone, 6: session } … ]       ; role 1 leads, 2 follows
/// defineKeySchema       = &lt;table&gt; → { name: type … }                                                 ; partition key first
/// defineAttributeListId = [ name … ] → id
/// defineAttributeList   = id → [ name … ]
/// </code>
/// Readers return null where the request, though it is whole, is none of its method. Source: recorded sessions of the public clients.
/// </remarks>
public static class DaxServiceCalls
{
    private const int Leader = 1;
    private const int Replica = 2;

    /// <summary>The client of a preamble, as it names itself: <c>DaxJSClient-1.2.10</c>; null where it does not.</summary>
    public static string? ReadUserAgent(ReadOnlySpan<byte> preamble)
    {
        try
        {
            CborReader reader = new(preamble);
            reader.Skip();
            reader.Skip();
            reader.Skip();
            string? userAgent = null;
            int count = reader.ReadMap();
            while (reader.HasNext(ref count))
            {
                if (reader.ReadText() == "UserAgent")
                {
                    userAgent = reader.ReadText();
                }
                else
                {
                    reader.Skip();
                }
            }

            return userAgent;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Who calls; null where the arguments are not those of an authorization.</summary>
    public static ConnectionAuthorization? ReadAuthorization(ReadOnlySpan<byte> frame)
    {
        try
        {
            CborReader arguments = DaxFrame.ArgumentsOf(frame);
            return new ConnectionAuthorization(
                arguments.ReadText(),
                arguments.ReadText(),
                arguments.ReadBytes().ToArray(),
                arguments.TryReadNull() ? null : arguments.ReadText(),
                arguments.TryReadNull() ? null : arguments.ReadText());
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The table whose key is asked for.</summary>
    public static string? ReadTableName(ReadOnlySpan<byte> frame)
    {
        try
        {
            CborReader arguments = DaxFrame.ArgumentsOf(frame);
            return arguments.ReadTextOrBytes();
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The number whose names are asked for.</summary>
    public static int? ReadAttributeListId(ReadOnlySpan<byte> frame)
    {
        try
        {
            CborReader arguments = DaxFrame.ArgumentsOf(frame);
            return arguments.ReadInt32();
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>
    /// The names whose number is asked for, however long they are; null also where a name is empty or comes twice: no item has such names.
    /// </summary>
    public static AttributeNames? ReadAttributeNames(ReadOnlySpan<byte> frame)
    {
        try
        {
            CborReader arguments = DaxFrame.ArgumentsOf(frame);
            return ReadNames(ref arguments);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>A list of names; null where a name is empty or comes twice.</summary>
    internal static AttributeNames? ReadNames(ref CborReader reader)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        List<string> names = [];
        int count = reader.ReadArray();
        while (reader.HasNext(ref count))
        {
            string name = reader.ReadText();
            names.Add(name);
            if (name.Length == 0 || !seen.Add(name))
            {
                return null;
            }
        }

        return new AttributeNames([.. names]);
    }

    /// <summary>Answers which nodes there are.</summary>
    public static void WriteEndpoints(IReadOnlyList<DaxEndpoint> endpoints, IBufferWriter<byte> output)
    {
        CborWriter writer = Begin(output);
        writer.BeginArray(endpoints.Count);
        foreach (DaxEndpoint endpoint in endpoints)
        {
            writer.BeginMap(6);
            writer.Int(0);
            writer.Int(endpoint.NodeId);
            writer.Int(2);
            writer.Bytes(AddressOf(endpoint.Address));
            writer.Int(3);
            writer.Int(endpoint.Port);
            writer.Int(4);
            writer.Int(endpoint.IsLeader ? Leader : Replica);
            writer.Int(5);
            writer.Text(endpoint.AvailabilityZone);
            writer.Int(6);
            writer.Int(endpoint.LeaderSessionId);
        }
    }

    /// <summary>Answers what the key of a table is.</summary>
    public static void WriteKeySchema(KeySchema schema, IBufferWriter<byte> output)
    {
        CborWriter writer = Begin(output);
        writer.BeginMap(schema.Names.Count);
        writer.Text(schema.HashName);
        writer.Text(schema.HashType.ToString());
        if (schema.RangeName is not null)
        {
            writer.Text(schema.RangeName);
            writer.Text(schema.RangeType.ToString());
        }
    }

    /// <summary>Answers what number a list has.</summary>
    public static void WriteAttributeListId(int id, IBufferWriter<byte> output) => Begin(output).Int(id);

    /// <summary>Answers which names a number stands for.</summary>
    public static void WriteAttributeNames(AttributeNames names, IBufferWriter<byte> output)
    {
        CborWriter writer = Begin(output);
        writer.BeginArray(names.Count);
        foreach (string name in names)
        {
            writer.Text(name);
        }
    }

    /// <summary>An empty array: success.</summary>
    private static CborWriter Begin(IBufferWriter<byte> output)
    {
        CborWriter writer = new(output);
        writer.BeginArray(0);
        return writer;
    }

    private static byte[] AddressOf(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
}
