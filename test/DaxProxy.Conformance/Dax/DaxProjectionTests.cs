using System.Formats.Cbor;
using NUnit.Framework;

namespace DaxProxy.Conformance.Dax;

/// <summary>Projections over the DAX protocol, judged alike whether or not a cache could answer.</summary>
internal sealed class DaxProjectionTests : DaxFixture
{
    private const string IntoKey =
        "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: pk";

    /// <summary>The path <c>pk.q</c>: <c>[1, [[18, "pk", "q"]]]</c>.</summary>
    private static readonly byte[] Projection = DaxTalk.Items(cbor => WriteArray(
        cbor,
        () => cbor.WriteInt32(1),
        () => WriteArray(cbor, () => WriteArray(
            cbor, () => cbor.WriteInt32(18), () => cbor.WriteTextString("pk"), () => cbor.WriteTextString("q")))));

    [TestCase("there")]
    [TestCase("nowhere")]
    public async Task Path_IntoAKey_IsRefusedWhateverTheCacheKnows(string pk)
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);
        await talk.SendAsync(PutItem("there", await DefineAsync(talk, "v"), "x"));
        await talk.ReceiveAsync(1);
        for (int round = 0; round < 2; round++)
        {
            DaxRefusal? got = await Assert.ThrowsAsync<DaxRefusal>(() => talk.CallAsync(DaxTalk.GetItem, cbor => WriteGet(cbor, pk)));
            Assert.That(got!.Message, Is.EqualTo(IntoKey));
            got = await Assert.ThrowsAsync<DaxRefusal>(() => talk.CallAsync(DaxTalk.BatchGetItem, cbor => WriteBatchGet(cbor, pk)));
            Assert.That(got!.Message, Is.EqualTo(IntoKey));
            await talk.SendAsync(GetItem(pk));
            Assert.That(ValuesOf(await talk.ReceiveAsync(1)), Is.EqualTo(pk == "there" ? new[] { "x" } : null));
        }
    }

    private static void WriteGet(CborWriter cbor, string pk)
    {
        const int projection = 0;
        cbor.WriteByteString(Utf8(Table));
        cbor.WriteByteString(Utf8(pk));
        cbor.WriteStartMap(1);
        cbor.WriteInt32(projection);
        cbor.WriteByteString(Projection);
        cbor.WriteEndMap();
    }

    private static void WriteBatchGet(CborWriter cbor, string pk)
    {
        cbor.WriteStartMap(1);
        cbor.WriteTextString(Table);
        WriteArray(
            cbor,
            () => cbor.WriteBoolean(false),
            () => cbor.WriteByteString(Projection),
            () => WriteArray(cbor, () => cbor.WriteByteString(Utf8(pk))));
        cbor.WriteEndMap();
        cbor.WriteNull();
    }

    private static void WriteArray(CborWriter cbor, params Action[] elements)
    {
        cbor.WriteStartArray(elements.Length);
        Array.ForEach(elements, write => write());
        cbor.WriteEndArray();
    }
}
