using System.Formats.Cbor;
using System.Net;
using System.Text;
using DaxProxy.Conformance.Caching;

namespace DaxProxy.Conformance.Dax;

/// <summary>The DAX protocol over one connection, with encodings of its own: none of the server's code is in it.</summary>
internal sealed class DaxHistoryClient : IHistoryClient
{
    private static readonly string[] Names = ["a", "g", "v"];

    private readonly DaxTalk talk;
    private readonly byte[] table;
    private readonly Dictionary<int, string[]> lists = [];
    private int list;

    private DaxHistoryClient(DaxTalk talk, string table)
    {
        this.talk = talk;
        this.table = Encoding.UTF8.GetBytes(table);
    }

    /// <summary>Connects, and learns the number of the list that all items have.</summary>
    public static async Task<IHistoryClient> ConnectAsync(IPEndPoint server, string table)
    {
        DaxHistoryClient client = new(await DaxTalk.ConnectAsync(server), table);
        client.list =
            (await client.talk.CallAsync(DaxTalk.DefineAttributeListId, cbor => WriteArray(cbor, Names, cbor.WriteTextString))).ReadInt32();
        return client;
    }

    /// <inheritdoc/>
    public Task PutAsync(HistoryItem item) => talk.CallAsync(DaxTalk.PutItem, cbor =>
    {
        cbor.WriteByteString(table);
        cbor.WriteByteString(KeyOf(item.Partition, item.Sort));
        cbor.WriteByteString(ValuesOf(item));
        WriteOptions(cbor);
    });

    /// <inheritdoc/>
    public Task UpdateAsync(HistoryItem item) => talk.CallAsync(DaxTalk.UpdateItem, cbor =>
    {
        cbor.WriteByteString(table);
        cbor.WriteByteString(KeyOf(item.Partition, item.Sort));

        // [1, [[SET, path, variable] …], [value …]]
        byte[] update = DaxTalk.Items(tree =>
        {
            tree.WriteStartArray(3);
            tree.WriteInt32(1);
            tree.WriteStartArray(Names.Length);
            for (int position = 0; position < Names.Length; position++)
            {
                tree.WriteStartArray(3);
                tree.WriteInt32(19);
                WriteNode(tree, 18, () => tree.WriteTextString(Names[position]));
                WriteNode(tree, 17, () => tree.WriteInt32(position));
                tree.WriteEndArray();
            }

            tree.WriteEndArray();
            tree.WriteStartArray(Names.Length);
            WriteValues(tree, item);
            tree.WriteEndArray();
            tree.WriteEndArray();
        });
        WriteOptions(cbor, (8, () => cbor.WriteByteString(update)));
    });

    /// <inheritdoc/>
    public Task DeleteAsync((int Partition, int Sort) key) => talk.CallAsync(DaxTalk.DeleteItem, cbor =>
    {
        cbor.WriteByteString(table);
        cbor.WriteByteString(KeyOf(key.Partition, key.Sort));
        WriteOptions(cbor);
    });

    /// <inheritdoc/>
    public async Task BatchWriteAsync(IReadOnlyList<HistoryItem> items)
    {
        CborReader answer = await talk.CallAsync(DaxTalk.BatchWriteItem, cbor =>
        {
            cbor.WriteStartMap(1);
            cbor.WriteTextString(Encoding.UTF8.GetString(table));
            cbor.WriteStartArray(2 * items.Count);
            foreach (HistoryItem item in items)
            {
                cbor.WriteByteString(KeyOf(item.Partition, item.Sort));
                cbor.WriteByteString(ValuesOf(item));
            }

            cbor.WriteEndArray();
            cbor.WriteEndMap();
            WriteOptions(cbor);
        });
        if (answer.ReadStartMap() > 0)
        {
            throw new InvalidDataException("Writes were left unprocessed.");
        }
    }

    /// <inheritdoc/>
    public Task TransactWriteAsync(IReadOnlyList<HistoryItem> items) => talk.CallAsync(DaxTalk.TransactWriteItems, cbor =>
    {
        const int put = 2, returnsNothing = 1;
        WriteArray(cbor, items, _ => cbor.WriteInt32(put));
        WriteArray(cbor, items, _ => cbor.WriteByteString(table));
        WriteArray(cbor, items, item => cbor.WriteByteString(KeyOf(item.Partition, item.Sort)));
        WriteArray(cbor, items, item => cbor.WriteByteString(ValuesOf(item)));
        cbor.WriteNull();
        WriteArray(cbor, items, _ => cbor.WriteInt32(returnsNothing));
        WriteArray(cbor, items, _ => cbor.WriteNull());
        WriteArray(cbor, items, _ => cbor.WriteNull());
        WriteOptions(cbor, (19, () => cbor.WriteTextString($"{Guid.NewGuid()}")));
    });

    /// <inheritdoc/>
    public async Task<HistoryReply> GetAsync((int Partition, int Sort) key, bool asksForCapacity)
    {
        CborReader answer = await talk.CallAsync(DaxTalk.GetItem, cbor =>
        {
            cbor.WriteByteString(table);
            cbor.WriteByteString(KeyOf(key.Partition, key.Sort));
            WriteOptions(cbor, asksForCapacity ? [Capacity(cbor)] : []);
        });
        Dictionary<(int, int), int> seen = [];
        bool isHit = false;
        answer.ReadStartMap();
        while (answer.PeekState() != CborReaderState.EndMap)
        {
            if (answer.ReadInt32() == 0)
            {
                seen.Add(key, await VersionOfAsync(answer.ReadByteString()));
            }
            else
            {
                isHit = IsFree(answer.ReadByteString());
            }
        }

        return new HistoryReply(seen, isHit);
    }

    /// <inheritdoc/>
    public Task<HistoryReply> QueryPartitionAsync(int partition, bool byOrder) => QueryAsync(byOrder ? "byA" : null, "p", $"p{partition}");

    /// <inheritdoc/>
    public Task<HistoryReply> QueryGroupAsync(string group) => QueryAsync("byG", "g", group);

    /// <inheritdoc/>
    public async Task<HistoryReply> ScanAsync() => await ReadPageAsync(await talk.CallAsync(DaxTalk.Scan, cbor =>
    {
        cbor.WriteByteString(table);
        WriteOptions(cbor, Capacity(cbor));
    }));

    /// <inheritdoc/>
    public void Dispose() => talk.Dispose();

    private async Task<HistoryReply> QueryAsync(string? index, string name, string value) =>
        await ReadPageAsync(await talk.CallAsync(DaxTalk.Query, cbor =>
        {
            cbor.WriteByteString(table);

            // [1, [equal, path, variable], [value]]
            cbor.WriteByteString(DaxTalk.Items(tree =>
            {
                tree.WriteStartArray(3);
                tree.WriteInt32(1);
                tree.WriteStartArray(3);
                tree.WriteInt32(0);
                WriteNode(tree, 18, () => tree.WriteTextString(name));
                WriteNode(tree, 17, () => tree.WriteInt32(0));
                tree.WriteEndArray();
                WriteArray(tree, [value], tree.WriteTextString);
                tree.WriteEndArray();
            }));
            List<(int, Action)> options = [Capacity(cbor)];
            if (index is not null)
            {
                options.Add((11, () => cbor.WriteByteString(Encoding.UTF8.GetBytes(index))));
                options.Add((15, () => cbor.WriteInt32(1)));
            }

            WriteOptions(cbor, [.. options]);
        }));

    private async Task<HistoryReply> ReadPageAsync(CborReader answer)
    {
        Dictionary<(int, int), int> seen = [];
        bool isHit = false;
        answer.ReadStartMap();
        while (answer.PeekState() != CborReaderState.EndMap)
        {
            switch (answer.ReadInt32())
            {
                case 1:
                    isHit = IsFree(answer.ReadByteString());
                    break;
                case 7:
                    answer.ReadStartArray();
                    while (answer.PeekState() != CborReaderState.EndArray)
                    {
                        answer.ReadStartArray();
                        seen.Add(ReadKey(answer.ReadByteString()), await VersionOfAsync(answer.ReadByteString()));
                        answer.ReadEndArray();
                    }

                    answer.ReadEndArray();
                    break;
                case 9:
                    throw new InvalidDataException("More than a page.");
                default:
                    answer.SkipValue();
                    break;
            }
        }

        return new HistoryReply(seen, isHit);
    }

    /// <summary>The version among an item's values; asks for the names behind their list the first time.</summary>
    private async Task<int> VersionOfAsync(byte[] values)
    {
        CborReader reader = DaxTalk.Read(values);
        int id = reader.ReadInt32();
        if (!lists.TryGetValue(id, out string[]? names))
        {
            CborReader answer = await talk.CallAsync(DaxTalk.DefineAttributeList, cbor => cbor.WriteInt32(id));
            names = new string[answer.ReadStartArray()!.Value];
            for (int i = 0; i < names.Length; i++)
            {
                names[i] = answer.ReadTextString();
            }

            lists.Add(id, names);
        }

        reader.SkipItems(Array.IndexOf(names, "v"));
        return reader.ReadInt32();
    }

    /// <summary>
    /// The partition key as a data item, then the number spelt so that bytes sort as numbers do: zero is one byte, a digit has one group.
    /// </summary>
    private static byte[] KeyOf(int partition, int sort)
    {
        int group = 12 + (100 * sort);
        byte[] number = sort == 0 ? [0x80] : [0xc1, (byte)(group >> 2), (byte)(group << 6), 0];
        return [.. DaxTalk.Items(cbor => cbor.WriteTextString($"p{partition}")), .. number];
    }

    private static (int Partition, int Sort) ReadKey(byte[] key)
    {
        CborReader reader = DaxTalk.Read(key);
        int partition = reader.ReadTextString()[1] - '0';
        return (partition, key[^1] == 0x80 ? 0 : (((key[^3] << 2) | (key[^2] >> 6)) - 12) / 100);
    }

    private byte[] ValuesOf(HistoryItem item) => DaxTalk.Items(content =>
    {
        content.WriteInt32(list);
        WriteValues(content, item);
    });

    private static void WriteValues(CborWriter cbor, HistoryItem item)
    {
        cbor.WriteInt32(item.Order);
        cbor.WriteTextString(item.Group);
        cbor.WriteInt32(item.Version);
    }

    private static void WriteNode(CborWriter cbor, int opcode, Action argument)
    {
        cbor.WriteStartArray(2);
        cbor.WriteInt32(opcode);
        argument();
        cbor.WriteEndArray();
    }

    private static void WriteArray<T>(CborWriter cbor, IReadOnlyCollection<T> elements, Action<T> write)
    {
        cbor.WriteStartArray(elements.Count);
        foreach (T element in elements)
        {
            write(element);
        }

        cbor.WriteEndArray();
    }

    private static (int Key, Action Write) Capacity(CborWriter cbor) => (3, () => cbor.WriteInt32(1));

    private static void WriteOptions(CborWriter cbor, params ReadOnlySpan<(int Key, Action Write)> options)
    {
        cbor.WriteStartMap(null);
        foreach ((int key, Action write) in options)
        {
            cbor.WriteInt32(key);
            write();
        }

        cbor.WriteEndMap();
    }

    /// <summary>Whether units of capacity, the second data item, are none.</summary>
    private static bool IsFree(byte[] capacity)
    {
        CborReader reader = DaxTalk.Read(capacity);
        reader.SkipValue();
        return reader.ReadDouble() == 0;
    }
}
