using System.Net;
using System.Text.Json;
using DaxProxy.Conformance.Dax;

namespace DaxProxy.Conformance.Fuzz;

/// <summary>The DAX protocol: what public clients have sent, damaged, a few requests a connection.</summary>
internal sealed class DaxFuzz(IPEndPoint server) : FuzzFront(server)
{
    private static readonly byte[] NoOptions = [0xbf, 0xff];
    private static readonly byte[] Table = DaxTalk.Items(cbor => cbor.WriteByteString("fuzz-hash"u8));
    private static readonly byte[] Key = DaxTalk.Items(cbor => cbor.WriteByteString("a"u8));
    private static readonly byte[] NoValues = [0x41, 0x01];

    private static readonly byte[][] Preambles;
    private static readonly byte[][] Requests;

    static DaxFuzz()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "dax-wire.json")));
        JsonElement.ArrayEnumerator vectors = golden.RootElement.GetProperty("vectors").EnumerateArray();
        Preambles = [DaxTalk.Preamble, .. Named(".preamble")];
        Requests =
        [
            .. Named(".request"), .. Named(".authorizeConnection"),
            Request(DaxTalk.GetItem, Table, Key, NoOptions), Request(DaxTalk.PutItem, Table, Key, NoValues, NoOptions),
            Request(DaxTalk.UpdateItem, Table, Key, NoOptions), Request(DaxTalk.DeleteItem, Table, Key, NoOptions),
            Request(DaxTalk.Query, Table, Convert.FromHexString("4f83018300821262706b821100816170"), NoOptions),
            Request(DaxTalk.Scan, Table, NoOptions), Request(DaxTalk.DefineKeySchema, Table),
            Request(DaxTalk.DefineAttributeListId, [0x81, 0x61, 0x61]), Request(DaxTalk.DefineAttributeList, [0x01]),
            Request(DaxTalk.Endpoints),
            Request(DaxTalk.BatchGetItem, [0xa1, 0x69, .. "fuzz-hash"u8, 0x83, 0xf4, 0xf6, 0x81, .. Key], NoOptions),
            Request(DaxTalk.BatchWriteItem, [0xa1, 0x69, .. "fuzz-hash"u8, 0x82, .. Key, .. NoValues], NoOptions),
            Request(DaxTalk.TransactGetItems, [0x81, .. Table], [0x81, .. Key], [0x81, 0xf6], NoOptions),
            Request(
                DaxTalk.TransactWriteItems, [0x81, 0x02], [0x81, .. Table], [0x81, .. Key], [0x81, .. NoValues], [0xf6], [0x81, 0x01],
                [0x81, 0xf6], [0x81, 0xf6], NoOptions),
        ];

        byte[][] Named(string part) =>
            [.. vectors.Where(vector => vector.GetProperty("name").GetString()!.Contains(part, StringComparison.Ordinal))
                .Select(vector => Convert.FromHexString(vector.GetProperty("hex").GetString()!))];
    }

    /// <inheritdoc/>
    public override FuzzInput Next(Random random)
    {
        List<byte> bytes = [.. Maybe(random, Preambles[random.Next(Preambles.Length)], 20)];
        for (int requests = random.Next(1, 5); requests > 0; requests--)
        {
            bytes.AddRange(Maybe(random, Requests[random.Next(Requests.Length)], 2));
        }

        return new FuzzInput([.. bytes], "", true);
    }

    /// <inheritdoc/>
    protected override Task<FuzzOutcome> CallAsync(FuzzInput input, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    protected override bool IsInternalError(FuzzInput input) => Answer.IndexOf("Internal server error"u8) >= 0;

    private static byte[] Request(int method, params byte[][] arguments) =>
        [.. DaxTalk.Request(method, _ => { }), .. arguments.SelectMany(argument => argument)];

    private static byte[] Maybe(Random random, byte[] bytes, int oneOf) =>
        random.Next(oneOf) == 0 ? Mutation.OfBytes(random, bytes) : bytes;
}
