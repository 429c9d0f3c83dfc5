using DaxProxy.Core.Expressions;
using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Core.Wire.Dax.Reading;

/// <summary>Conditions as trees on the wire.</summary>
/// <remarks>
/// AND and OR have two arguments there and lean to the left, <c>a AND b AND c</c> being <c>[6,[6,a,b],c]</c>; here their terms stand side
/// by side, as a text without parentheses has them.
/// </remarks>
internal static class ConditionTree
{
    private const int And = 6;
    private const int Or = 7;
    private const int Not = 8;
    private const int Between = 9;
    private const int In = 10;
    private const int Size = 16;

    private static readonly Comparator[] Comparators =
    [
        Comparator.Equal, Comparator.NotEqual, Comparator.Less, Comparator.GreaterOrEqual, Comparator.Greater, Comparator.LessOrEqual,
    ];

    /// <summary>Reads a condition from its first byte to the end of the bytes; with faults it is a stand-in.</summary>
    public static ConditionNode Read(ref TreeReader tree)
    {
        ConditionNode root = ReadNode(ref tree);
        return tree.Reader.IsAtEnd ? root : throw CborReader.Malformed();
    }

    private static ConditionNode ReadNode(ref TreeReader tree) => ReadNode(ref tree, tree.ReadOpcode(out int arguments), arguments);

    private static ConditionNode ReadNode(ref TreeReader tree, int opcode, int arguments)
    {
        tree.Enter();
        ConditionNode node;
        switch (opcode)
        {
            case >= 0 and < And:
                tree.CountOperator();
                Operand left = NextOperand(ref tree, ref arguments);
                node = ConditionPrimitives.Compare(ref tree.Faults, left, Comparators[opcode], NextOperand(ref tree, ref arguments));
                tree.Close(ref arguments);
                break;
            case And or Or:
                node = ReadChain(ref tree, opcode, arguments);
                break;
            case Not:
                tree.CountOperator();
                tree.Next(ref arguments);
                node = new ConditionNode.Not(ReadNode(ref tree));
                tree.Close(ref arguments);
                break;
            case Between:
                node = ReadBetween(ref tree, ref arguments);
                break;
            case In:
                node = ReadIn(ref tree, ref arguments);
                break;
            default:
                node = ConditionPrimitives.OfCall(ref tree.Faults, ReadCall(ref tree, opcode, ref arguments))
                    ?? throw CborReader.Malformed();
                break;
        }

        tree.Leave();
        return node;
    }

    /// <summary>Goes down the left side as long as the operator is the same, then takes the right sides on the way back.</summary>
    private static ConditionNode ReadChain(ref TreeReader tree, int opcode, int arguments)
    {
        Stack<int> open = new();
        int inner;
        int innerArguments;
        do
        {
            tree.CountOperator();
            tree.Next(ref arguments);
            open.Push(arguments);
            inner = tree.ReadOpcode(out innerArguments);
            arguments = innerArguments;
        }
        while (inner == opcode);

        List<ConditionNode> terms = [ReadNode(ref tree, inner, innerArguments)];
        while (open.TryPop(out arguments))
        {
            tree.Next(ref arguments);
            terms.Add(ReadNode(ref tree));
            tree.Close(ref arguments);
        }

        return opcode == And ? new ConditionNode.And(terms) : new ConditionNode.Or(terms);
    }

    private static ConditionNode ReadBetween(ref TreeReader tree, ref int arguments)
    {
        tree.CountOperator();
        Operand value = NextOperand(ref tree, ref arguments);
        Operand low = NextOperand(ref tree, ref arguments);
        Operand high = NextOperand(ref tree, ref arguments);
        tree.Close(ref arguments);
        return ConditionPrimitives.Between(ref tree.Faults, value, low, high);
    }

    /// <summary>The one node whose argument is an array without an opcode.</summary>
    private static ConditionNode ReadIn(ref TreeReader tree, ref int arguments)
    {
        tree.CountOperator();
        Operand value = NextOperand(ref tree, ref arguments);
        tree.Next(ref arguments);
        List<Operand> candidates = [];
        int count = tree.Reader.ReadArray();
        while (tree.Reader.HasNext(ref count))
        {
            candidates.Add(ReadOperand(ref tree));
        }

        tree.Close(ref arguments);
        return candidates.Count == 0 ? throw CborReader.Malformed() : ConditionPrimitives.In(ref tree.Faults, value, [.. candidates]);
    }

    private static Operand NextOperand(ref TreeReader tree, ref int arguments)
    {
        tree.Next(ref arguments);
        return ReadOperand(ref tree);
    }

    private static Operand ReadOperand(ref TreeReader tree)
    {
        int opcode = tree.ReadOpcode(out int arguments);
        tree.Enter();
        Operand operand = opcode switch
        {
            TreeReader.Variable => new Operand.Constant(tree.ReadVariable(ref arguments)),
            TreeReader.Path => new Operand.Attribute(tree.ReadPath(ref arguments)),
            _ => ReadCall(ref tree, opcode, ref arguments),
        };
        tree.Leave();
        return operand;
    }

    private static Operand ReadCall(ref TreeReader tree, int opcode, ref int arguments)
    {
        string function = opcode switch
        {
            11 => "attribute_exists",
            12 => "attribute_not_exists",
            13 => "attribute_type",
            14 => "begins_with",
            15 => "contains",
            Size => "size",
            23 => "if_not_exists",
            24 => "list_append",
            _ => throw CborReader.Malformed(),
        };
        List<Operand> operands = [];
        while (tree.Reader.HasNext(ref arguments))
        {
            operands.Add(ReadOperand(ref tree));
        }

        return operands.Count == 0 ? throw CborReader.Malformed() : ConditionFunctions.Make(ref tree.Faults, function, operands);
    }
}
