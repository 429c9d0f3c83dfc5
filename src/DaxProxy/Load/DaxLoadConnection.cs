using System.Net;
using DaxProxy.Core.Items;

namespace DaxProxy.Load;

/// <summary>A connection of the DAX protocol, for methods whose answer is one data item behind the status.</summary>
internal sealed class DaxLoadConnection : LoadConnection
{
    /// <summary>The status of an answer that is no refusal: an array without codes.</summary>
    private const byte Ok = 0x80;

    private const int Map = 5;

    /// <summary>Connects and sends what each connection begins with, which has no answer.</summary>
    /// <param name="server">Where the protocol is spoken.</param>
    /// <param name="authorization">
    /// The bytes that authorize the connection, which are not answered; null where the server does not verify signatures.
    /// </param>
    public DaxLoadConnection(EndPoint server, byte[]? authorization = null)
    {
        Connect(server);
        Send(DaxRequests.Preamble);
        if (authorization is not null)
        {
            Send(authorization);
        }
    }

    /// <summary>Several connections.</summary>
    public static LoadConnection[] Open(EndPoint server, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new DaxLoadConnection(server))];

    /// <summary>The number that the server gives to a list of attribute names.</summary>
    public async ValueTask<int> DefineListAsync(params string[] names)
    {
        int length = await ExchangeAsync(DaxRequests.DefineList(names)).ConfigureAwait(false);
        return (int)CborHead.Read(Received(length)[1..]).Argument;
    }

    /// <summary>
    /// Steps over the heads of what is there; strings are not looked into, and the counts of arrays and maps only add up.
    /// </summary>
    protected override int LengthOf(ReadOnlySpan<byte> reply)
    {
        if (reply[0] != Ok)
        {
            throw new IOException("Not the reply of a measurement: " + Convert.ToHexString(reply));
        }

        int at = 1;
        for (ulong left = 1; left > 0; left--)
        {
            // A head has nine bytes at most; one that is cut off is looked at again when more has come.
            int info = at < reply.Length ? reply[at] & 0x1f : int.MaxValue;
            int width = info < 24 ? 0 : info < 28 ? 1 << (info - 24) : int.MaxValue;
            if (width > reply.Length - at - 1)
            {
                return info is > 27 and < 32 ? throw new IOException("Not the reply of a measurement: " + Convert.ToHexString(reply)) : 0;
            }

            CborHead head = CborHead.Read(reply[at..]);
            at += head.Bytes;
            switch (head.Major)
            {
                case CborHead.Binary or CborHead.Text:
                    at += (int)head.Argument;
                    break;
                case CborHead.Array:
                    left += head.Argument;
                    break;
                case Map:
                    left += 2 * head.Argument;
                    break;
                case CborHead.Tag:
                    left++;
                    break;
            }
        }

        return at;
    }
}
