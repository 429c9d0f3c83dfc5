using System.Globalization;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Core.Wire.Dax.Reading;

/// <summary>Reads the nodes of one expression tree and keeps account of its faults, operators, nodes and depth.</summary>
/// <remarks>
/// <code>
/// node    = [ opcode, argument … ]
/// path    = [ 18, name, name | 3324(index) … ]
/// operand = path | [ 17, position ] | a function's node
/// </code>
/// What is no tree throws <see cref="FormatException"/>.
/// </remarks>
internal ref struct TreeReader
{
    public const int Variable = 17;
    public const int Path = 18;

    private const int IndexTag = 3324;
    private const int MaxOperators = 300;

    /// <summary>Terms of one AND or OR are no levels; of what remains, 300 operators make less.</summary>
    private const int MaxDepth = 640;

    private readonly AttributeValue[] values;
    private readonly ExpressionKind kind;
    private int operators;
    private int depth;

    /// <summary>What is left of the tree.</summary>
    public CborReader Reader;

    /// <summary>What is wrong so far.</summary>
    public FaultLedger Faults;

    public TreeReader(ReadOnlySpan<byte> tree, AttributeValue[] values, ExpressionKind kind)
    {
        Reader = new CborReader(tree);
        this.values = values;
        this.kind = kind;
    }

    /// <summary>The outcome once the tree has been read: the worst fault, or null.</summary>
    public readonly DynamoError? Finish()
    {
        FaultLedger all = Faults;
        if (operators > MaxOperators)
        {
            all.Record(FaultClass.Limit, ExpressionFaults.TooManyOperators(operators));
        }

        return all.Worst(kind) is { } worst ? ExpressionFaults.Invalid(ParameterOf(kind), worst) : null;
    }

    /// <summary>An operator of the text was read.</summary>
    public void CountOperator() => operators++;

    /// <summary>Begins a node: its opcode, and how many arguments follow.</summary>
    public int ReadOpcode(out int arguments)
    {
        arguments = Reader.ReadArray();
        return Reader.HasNext(ref arguments) ? Reader.ReadInt32() : throw CborReader.Malformed();
    }

    /// <summary>Goes to the next argument of a node, which must be there.</summary>
    public void Next(ref int arguments)
    {
        if (!Reader.HasNext(ref arguments))
        {
            throw CborReader.Malformed();
        }
    }

    /// <summary>Ends a node, which must have no argument left.</summary>
    public void Close(ref int arguments)
    {
        if (Reader.HasNext(ref arguments))
        {
            throw CborReader.Malformed();
        }
    }

    /// <summary>Goes a level deeper.</summary>
    public void Enter()
    {
        if (++depth > MaxDepth)
        {
            throw CborReader.Malformed();
        }
    }

    /// <summary>Comes back from it.</summary>
    public void Leave() => depth--;

    /// <summary>The rest of a variable's node.</summary>
    public AttributeValue ReadVariable(ref int arguments)
    {
        Next(ref arguments);
        int position = Reader.ReadInt32();
        Close(ref arguments);
        return position >= 0 && position < values.Length ? values[position] : throw CborReader.Malformed();
    }

    /// <summary>A whole path.</summary>
    public DocumentPath ReadPath() =>
        ReadOpcode(out int arguments) == Path ? ReadPath(ref arguments) : throw CborReader.Malformed();

    /// <summary>The rest of a path's node.</summary>
    public DocumentPath ReadPath(ref int arguments)
    {
        Next(ref arguments);
        PathElement head = new(Reader.ReadText());
        if (!Reader.HasNext(ref arguments))
        {
            return new DocumentPath(head.Name!);
        }

        List<PathElement> elements = [head];
        do
        {
            elements.Add(Reader.PeekByte() >> 5 == CborHead.Text ? new PathElement(Reader.ReadText()) : ReadIndex());
        }
        while (Reader.HasNext(ref arguments));
        if (elements.Count > DocumentPath.MaxElements)
        {
            Faults.Record(FaultClass.Limit, ExpressionFaults.PathTooDeep(elements.Count));
        }

        return new DocumentPath(elements);
    }

    /// <summary>The paths of a projection.</summary>
    public List<DocumentPath> ReadPaths()
    {
        List<DocumentPath> paths = [];
        int count = Reader.ReadArray();
        while (Reader.HasNext(ref count))
        {
            paths.Add(ReadPath());
        }

        if (paths.Count == 0)
        {
            throw CborReader.Malformed();
        }

        PathTree.Check(paths, ref Faults);
        return paths;
    }

    private PathElement ReadIndex()
    {
        if (Reader.ReadTag() != IndexTag || !Reader.TryReadInt64(out long index) || index < 0)
        {
            throw CborReader.Malformed();
        }

        if (index > int.MaxValue)
        {
            Faults.Record(FaultClass.Limit, ExpressionFaults.IndexOutOfRange(index.ToString(CultureInfo.InvariantCulture)));
            index = 0;
        }

        return new PathElement((int)index);
    }

    /// <summary>Each parameter is named like its kind.</summary>
    public static string ParameterOf(ExpressionKind kind) => $"{kind}Expression";
}
