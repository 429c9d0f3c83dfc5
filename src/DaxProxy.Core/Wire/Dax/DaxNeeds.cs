using DaxProxy.Core.Errors;
using DaxProxy.Core.Tables;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;

namespace DaxProxy.Core.Wire.Dax;

/// <summary>
/// What must be known to read a request: the tables whose items it names, and the attribute lists its items were written with.
/// </summary>
/// <remarks>Both may take time to find out, which decoding does not wait for: so they are collected first.</remarks>
public sealed class DaxNeeds
{
    /// <summary>No operation has more parts; reading one that has is a fault of its own.</summary>
    private const int MaxParts = 128;

    private readonly List<string> tables = [];
    private readonly List<int> lists = [];

    private DaxNeeds()
    {
    }

    /// <summary>Names of tables, each once, in the order of the request.</summary>
    public IReadOnlyList<string> Tables => tables;

    /// <summary>Numbers of attribute lists, each once; <see cref="AttributeNames.EmptyId"/> is never among them.</summary>
    public IReadOnlyList<int> AttributeLists => lists;

    /// <summary>Collects the needs of a data operation.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="frame">The whole request.</param>
    /// <param name="needs">What it needs: at least one table, unless the request has no part; of no use when an error is returned.</param>
    public static DynamoError? TryFind(DaxMethod method, ReadOnlySpan<byte> frame, out DaxNeeds needs)
    {
        needs = new DaxNeeds();
        try
        {
            CborReader arguments = DaxFrame.ArgumentsOf(frame);
            switch (method.Name)
            {
                case nameof(DaxMethod.BatchGetItem):
                    needs.AddBatch(ref arguments, hasValues: false);
                    break;
                case nameof(DaxMethod.BatchWriteItem):
                    needs.AddBatch(ref arguments, hasValues: true);
                    break;
                case nameof(DaxMethod.TransactGetItems):
                    needs.AddTables(new Column(ref arguments));
                    break;
                case nameof(DaxMethod.TransactWriteItems):
                    needs.AddTransaction(ref arguments);
                    break;
                default:
                    needs.AddTable(arguments.ReadTextOrBytes());
                    if (method == DaxMethod.PutItem)
                    {
                        arguments.Skip();
                        needs.AddList(arguments.ReadBytes());
                    }

                    break;
            }

            return null;
        }
        catch (FormatException)
        {
            return DaxFaults.NotDecodable;
        }
    }

    private void AddBatch(ref CborReader arguments, bool hasValues)
    {
        int count = arguments.ReadMap();
        while (arguments.HasNext(ref count) && tables.Count < MaxParts)
        {
            AddTable(arguments.ReadText());
            if (!hasValues)
            {
                arguments.Skip();
                continue;
            }

            int entries = arguments.ReadArray();
            while (arguments.HasNext(ref entries) && lists.Count < MaxParts)
            {
                arguments.Skip();
                if (arguments.HasNext(ref entries) && arguments.TryReadBytes(out ReadOnlySpan<byte> values))
                {
                    AddList(values);
                }
            }
        }
    }

    private void AddTransaction(ref CborReader arguments)
    {
        arguments.Skip();
        AddTables(new Column(ref arguments));
        arguments.Skip();
        Column values = new(ref arguments);
        while (values.HasNext() && lists.Count < MaxParts)
        {
            if (values.Reader.TryReadBytes(out ReadOnlySpan<byte> item))
            {
                AddList(item);
            }
        }
    }

    private void AddTables(Column column)
    {
        while (column.HasNext() && tables.Count < MaxParts)
        {
            AddTable(column.Reader.ReadTextOrBytes());
        }
    }

    private void AddTable(string name)
    {
        if (name.Length > TableNames.MaxArnLength)
        {
            throw CborReader.Malformed();
        }

        if (!tables.Contains(name))
        {
            tables.Add(name);
        }
    }

    private void AddList(ReadOnlySpan<byte> values)
    {
        int id = ItemReader.ReadListId(values);
        if (id != AttributeNames.EmptyId && !lists.Contains(id))
        {
            lists.Add(id);
        }
    }
}
