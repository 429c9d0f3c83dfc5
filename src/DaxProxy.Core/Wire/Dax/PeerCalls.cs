using System.Buffers;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;

namespace DaxProxy.Core.Wire.Dax;

/// <summary>What a node sends to another one, as its client: it asks what the number of an attribute list means.</summary>
/// <remarks>
/// The same requests as of every client, see <see cref="DaxServiceCalls"/>; only the name in the preamble tells a node apart. The answer is
/// read by <see cref="PeerAnswer"/>.
/// </remarks>
public static class PeerCalls
{
    /// <summary>How a node names itself. One that is asked by another must not ask others in turn.</summary>
    public const string UserAgent = "DaxProxyNode-1.0";

    private const int ServiceId = 1;

    /// <summary>Begins the connection.</summary>
    public static void WritePreamble(IBufferWriter<byte> output)
    {
        output.Write(DaxFramer.Magic);
        CborWriter writer = new(output);
        writer.Int(0);
        writer.Null();
        writer.BeginMap(1);
        writer.Text("UserAgent");
        writer.Text(UserAgent);
        writer.Int(0);
    }

    /// <summary>Says who calls; has no answer.</summary>
    public static void WriteAuthorization(ConnectionAuthorization authorization, IBufferWriter<byte> output)
    {
        CborWriter writer = Begin(DaxMethod.AuthorizeConnection, output);
        writer.Text(authorization.AccessKeyId);
        writer.Text(authorization.Signature);
        writer.Bytes(authorization.StringToSign);
        writer.OptionalText(authorization.SessionToken);
        writer.OptionalText(authorization.UserAgent);
    }

    /// <summary>Asks for the names behind a number.</summary>
    public static void WriteQuestion(int id, IBufferWriter<byte> output) => Begin(DaxMethod.DefineAttributeList, output).Int(id);

    private static CborWriter Begin(DaxMethod method, IBufferWriter<byte> output)
    {
        CborWriter writer = new(output);
        writer.Int(ServiceId);
        writer.Int(method.Id);
        return writer;
    }
}
