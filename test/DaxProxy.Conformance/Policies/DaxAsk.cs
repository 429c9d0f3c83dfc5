using System.Formats.Cbor;
using System.Text;
using DaxProxy.Conformance.Dax;

namespace DaxProxy.Conformance.Policies;

/// <summary>
/// Requests of the DAX protocol for tables whose key is the text <c>pk</c>, and for their index <c>byOwner</c>. None of the server's code
/// is in it.
/// </summary>
/// <param name="Method">What is called.</param>
/// <param name="Write">Its arguments.</param>
internal sealed record DaxAsk(int Method, Action<CborWriter> Write)
{
    private const int Projection = 0, Condition = 4, Returns = 7, Update = 8, Filter = 10, Index = 11, Token = 19;
    private const int PutAction = 2, CheckAction = 12;

    /// <summary>GetItem.</summary>
    public static DaxAsk Get(string table, string key, params string[] attributes) => new(DaxTalk.GetItem, cbor =>
    {
        cbor.WriteByteString(Bytes(table));
        cbor.WriteByteString(Bytes(key));
        WriteOptions(cbor, (Projection, attributes.Length == 0 ? null : () => cbor.WriteByteString(Paths(attributes))));
    });

    /// <summary>PutItem of an item with the attributes of the list of this number: 1 for <c>n</c>, texts for the others.</summary>
    public static DaxAsk Put(string table, string key, int list, params string[] texts) => new(DaxTalk.PutItem, cbor =>
    {
        cbor.WriteByteString(Bytes(table));
        cbor.WriteByteString(Bytes(key));
        cbor.WriteByteString(ValuesOf(list, texts));
        WriteOptions(cbor);
    });

    /// <summary>UpdateItem that sets an attribute to 1; it may give back the whole item.</summary>
    public static DaxAsk Set(string table, string key, string attribute, bool returnsItem, string? condition = null) =>
        new(DaxTalk.UpdateItem, cbor =>
        {
            const int returnsNothing = 1, returnsAllNew = 4;
            cbor.WriteByteString(Bytes(table));
            cbor.WriteByteString(Bytes(key));
            byte[] update = DaxTalk.Items(tree =>
            {
                tree.WriteStartArray(3);
                tree.WriteInt32(1);
                tree.WriteStartArray(1);
                WriteNode(tree, 19, () => WritePath(tree, attribute), () => WriteVariable(tree));
                tree.WriteEndArray();
                WriteArray(tree, [1], tree.WriteInt32);
                tree.WriteEndArray();
            });
            WriteOptions(
                cbor,
                (Condition, condition is null ? null : () => cbor.WriteByteString(Equal(condition, tree => tree.WriteInt32(1)))),
                (Returns, () => cbor.WriteInt32(returnsItem ? returnsAllNew : returnsNothing)),
                (Update, () => cbor.WriteByteString(update)));
        });

    /// <summary>DeleteItem.</summary>
    public static DaxAsk Delete(string table, string key) => new(DaxTalk.DeleteItem, cbor =>
    {
        cbor.WriteByteString(Bytes(table));
        cbor.WriteByteString(Bytes(key));
        WriteOptions(cbor);
    });

    /// <summary>Query by one attribute.</summary>
    public static DaxAsk Query(
        string table, string? index, string attribute, string value, string? filter = null, params string[] attributes) => new(
            DaxTalk.Query,
            cbor =>
        {
            cbor.WriteByteString(Bytes(table));
            cbor.WriteByteString(Equal(attribute, tree => tree.WriteTextString(value)));
            WriteOptions(
                cbor,
                (Projection, attributes.Length == 0 ? null : () => cbor.WriteByteString(Paths(attributes))),
                (Filter, filter is null ? null : () => cbor.WriteByteString(Equal(filter, tree => tree.WriteInt32(1)))),
                (Index, index is null ? null : () => cbor.WriteByteString(Bytes(index))));
        });

    /// <summary>Scan.</summary>
    public static DaxAsk Scan(string table, string? filter = null, params string[] attributes) => new(DaxTalk.Scan, cbor =>
    {
        cbor.WriteByteString(Bytes(table));
        WriteOptions(
            cbor,
            (Projection, attributes.Length == 0 ? null : () => cbor.WriteByteString(Paths(attributes))),
            (Filter, filter is null ? null : () => cbor.WriteByteString(Equal(filter, tree => tree.WriteInt32(1)))));
    });

    /// <summary>BatchGetItem, of each table some keys.</summary>
    public static DaxAsk BatchGet(params (string Table, string[] Keys)[] tables) => new(DaxTalk.BatchGetItem, cbor =>
    {
        cbor.WriteStartMap(tables.Length);
        foreach ((string table, string[] keys) in tables)
        {
            cbor.WriteTextString(table);
            cbor.WriteStartArray(3);
            cbor.WriteBoolean(false);
            cbor.WriteNull();
            WriteArray(cbor, keys, key => cbor.WriteByteString(Bytes(key)));
            cbor.WriteEndArray();
        }

        cbor.WriteEndMap();
        WriteOptions(cbor);
    });

    /// <summary>BatchWriteItem that deletes.</summary>
    public static DaxAsk BatchDelete(string table, params string[] keys) => new(DaxTalk.BatchWriteItem, cbor =>
    {
        cbor.WriteStartMap(1);
        cbor.WriteTextString(table);
        cbor.WriteStartArray(2 * keys.Length);
        foreach (string key in keys)
        {
            cbor.WriteByteString(Bytes(key));
            cbor.WriteNull();
        }

        cbor.WriteEndArray();
        cbor.WriteEndMap();
        WriteOptions(cbor);
    });

    /// <summary>TransactGetItems.</summary>
    public static DaxAsk TransactGet(string table, params string[] keys) => new(DaxTalk.TransactGetItems, cbor =>
    {
        WriteArray(cbor, keys, _ => cbor.WriteByteString(Bytes(table)));
        WriteArray(cbor, keys, key => cbor.WriteByteString(Bytes(key)));
        WriteArray(cbor, keys, _ => cbor.WriteNull());
        WriteOptions(cbor);
    });

    /// <summary>TransactWriteItems of one ConditionCheck, that an attribute is 1; the item may come back where it is not.</summary>
    public static DaxAsk TransactCheck(string table, string key, string attribute, bool returnsItem = false) => Transact(
        table, key, CheckAction, returnsItem, null, Equal(attribute, tree => tree.WriteInt32(1)));

    /// <summary>TransactWriteItems of one Put, of an item as <see cref="Put"/> puts it.</summary>
    public static DaxAsk TransactPut(string table, string key, int list, params string[] texts) =>
        Transact(table, key, PutAction, false, ValuesOf(list, texts), null);

    /// <summary>Asks for the number of a list of names.</summary>
    public static DaxAsk Define(params string[] names) =>
        new(DaxTalk.DefineAttributeListId, cbor => WriteArray(cbor, names, cbor.WriteTextString));

    /// <summary>Asks for the key of a table.</summary>
    public static DaxAsk KeyOf(string table) => new(DaxTalk.DefineKeySchema, cbor => cbor.WriteByteString(Bytes(table)));

    /// <summary>Asks for the names of the list of a number.</summary>
    public static DaxAsk NamesOf(int list) => new(DaxTalk.DefineAttributeList, cbor => cbor.WriteInt32(list));

    /// <summary>Asks, and tells what came back: its bytes, or what it was refused with.</summary>
    public async Task<string> OnAsync(DaxTalk talk)
    {
        try
        {
            CborReader answer = await talk.CallAsync(Method, Write);
            StringBuilder text = new("200");
            while (answer.BytesRemaining > 0)
            {
                text.Append(' ').Append(Convert.ToHexStringLower(answer.ReadEncodedValue().Span));
            }

            return text.ToString();
        }
        catch (DaxRefusal refusal)
        {
            return $"400 {refusal.Message}";
        }
    }

    private static DaxAsk Transact(string table, string key, int operation, bool returnsItem, byte[]? values, byte[]? condition) =>
        new(DaxTalk.TransactWriteItems, cbor =>
        {
            WriteArray(cbor, [operation], cbor.WriteInt32);
            WriteArray(cbor, [table], text => cbor.WriteByteString(Bytes(text)));
            WriteArray(cbor, [key], text => cbor.WriteByteString(Bytes(text)));
            WriteArray(cbor, [values], bytes => WriteBytes(cbor, bytes));
            cbor.WriteNull();
            WriteArray(cbor, [returnsItem ? 2 : 1], cbor.WriteInt32);
            WriteArray(cbor, [condition], bytes => WriteBytes(cbor, bytes));
            WriteArray(cbor, [0], _ => cbor.WriteNull());
            WriteOptions(cbor, (Token, () => cbor.WriteTextString($"{Guid.NewGuid()}")));
        });

    private static void WriteBytes(CborWriter cbor, byte[]? bytes)
    {
        if (bytes is null)
        {
            cbor.WriteNull();
        }
        else
        {
            cbor.WriteByteString(bytes);
        }
    }

    /// <summary><c>[1, [equal, path, variable], [value]]</c>.</summary>
    private static byte[] Equal(string attribute, Action<CborWriter> value) => DaxTalk.Items(tree =>
    {
        tree.WriteStartArray(3);
        tree.WriteInt32(1);
        WriteNode(tree, 0, () => WritePath(tree, attribute), () => WriteVariable(tree));
        tree.WriteStartArray(1);
        value(tree);
        tree.WriteEndArray();
        tree.WriteEndArray();
    });

    /// <summary><c>[1, [path …]]</c>.</summary>
    private static byte[] Paths(string[] attributes) => DaxTalk.Items(tree =>
    {
        tree.WriteStartArray(2);
        tree.WriteInt32(1);
        WriteArray(tree, attributes, attribute => WritePath(tree, attribute));
        tree.WriteEndArray();
    });

    private static byte[] ValuesOf(int list, string[] texts) => DaxTalk.Items(content =>
    {
        content.WriteInt32(list);
        content.WriteInt32(1);
        Array.ForEach(texts, content.WriteTextString);
    });

    private static void WritePath(CborWriter tree, string attribute) => WriteNode(tree, 18, () => tree.WriteTextString(attribute));

    private static void WriteVariable(CborWriter tree) => WriteNode(tree, 17, () => tree.WriteInt32(0));

    private static void WriteNode(CborWriter tree, int opcode, params Action[] arguments)
    {
        tree.WriteStartArray(1 + arguments.Length);
        tree.WriteInt32(opcode);
        Array.ForEach(arguments, argument => argument());
        tree.WriteEndArray();
    }

    private static void WriteArray<T>(CborWriter cbor, T[] elements, Action<T> write)
    {
        cbor.WriteStartArray(elements.Length);
        Array.ForEach(elements, write);
        cbor.WriteEndArray();
    }

    private static void WriteOptions(CborWriter cbor, params (int Key, Action? Write)[] options)
    {
        cbor.WriteStartMap(options.Count(option => option.Write is not null));
        foreach ((int key, Action? write) in options)
        {
            if (write is not null)
            {
                cbor.WriteInt32(key);
                write();
            }
        }

        cbor.WriteEndMap();
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
