using System.Buffers;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;

namespace DaxProxy.Load;

/// <summary>Requests of the DAX protocol, as the public clients send them.</summary>
internal static class DaxRequests
{
    /// <summary>Nothing asked for beyond the operation.</summary>
    private static readonly byte[] NoOptions = [0xbf, 0xff];

    /// <summary>What each connection begins with.</summary>
    public static byte[] Preamble { get; } = Write(cbor =>
    {
        cbor.Text("J7yne5G");
        cbor.Int(0);
        cbor.Null();
        cbor.BeginMap(1);
        cbor.Text("UserAgent");
        cbor.Text("DaxProxy.Load-1.0");
        cbor.Int(0);
    });

    /// <summary>Asks where the nodes of the cluster are.</summary>
    public static byte[] Endpoints { get; } = Of(DaxMethod.Endpoints, _ => { });

    /// <summary>Asks for the number of a list of attribute names, which have to be in order.</summary>
    public static byte[] DefineList(params string[] names) => Of(DaxMethod.DefineAttributeListId, cbor =>
    {
        cbor.BeginArray(names.Length);
        Array.ForEach(names, cbor.Text);
    });

    /// <summary>Reads an item whose key is one text.</summary>
    public static byte[] GetItem(string table, string key) => Of(
        DaxMethod.GetItem,
        cbor =>
        {
            cbor.Bytes(Utf8(table));
            cbor.Bytes(Utf8(key));
        },
        NoOptions);

    /// <summary>Reads an item whose key is two texts.</summary>
    public static byte[] GetItem(string table, string partition, string sort) => Of(
        DaxMethod.GetItem,
        cbor =>
        {
            cbor.Bytes(Utf8(table));
            cbor.Bytes([.. Write(key => key.Text(partition)), .. Utf8(sort)]);
        },
        NoOptions);

    /// <summary>Writes an item whose key is one text, with texts for its other attributes.</summary>
    public static byte[] PutItem(string table, string key, int list, params string[] values) => Of(
        DaxMethod.PutItem,
        cbor =>
        {
            cbor.Bytes(Utf8(table));
            cbor.Bytes(Utf8(key));
            cbor.Bytes(Write(item =>
            {
                item.Int(list);
                Array.ForEach(values, item.Text);
            }));
        },
        NoOptions);

    /// <summary>Reads items of one table whose keys are one text each.</summary>
    public static byte[] BatchGetItem(string table, params string[] keys) => Of(
        DaxMethod.BatchGetItem,
        cbor =>
        {
            // { table: [ consistent, projection, [ key ... ] ] }
            cbor.BeginMap(1);
            cbor.Text(table);
            cbor.BeginArray(3);
            cbor.Int(0);
            cbor.Null();
            cbor.BeginArray(keys.Length);
            Array.ForEach(keys, key => cbor.Bytes(Utf8(key)));
        },
        NoOptions);

    /// <summary>Reads the items whose partition key, an attribute named <c>pk</c>, is this text.</summary>
    public static byte[] Query(string table, string partition) => Of(
        DaxMethod.Query,
        cbor =>
        {
            cbor.Bytes(Utf8(table));
            cbor.Bytes(Write(expression =>
            {
                // [ version, [ =, [ path, "pk" ], [ variable, 0 ] ], [ value ] ]
                expression.BeginArray(3);
                expression.Int(1);
                expression.BeginArray(3);
                expression.Int(0);
                expression.BeginArray(2);
                expression.Int(18);
                expression.Text("pk");
                expression.BeginArray(2);
                expression.Int(17);
                expression.Int(0);
                expression.BeginArray(1);
                expression.Text(partition);
            }));
        },
        NoOptions);

    private static byte[] Of(DaxMethod method, Action<CborWriter> arguments, params ReadOnlySpan<byte> options)
    {
        byte[] before = Write(cbor =>
        {
            cbor.Int(1);
            cbor.Int(method.Id);
            arguments(cbor);
        });
        return [.. before, .. options];
    }

    private static byte[] Write(Action<CborWriter> items)
    {
        ArrayBufferWriter<byte> output = new();
        items(new CborWriter(output));
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
