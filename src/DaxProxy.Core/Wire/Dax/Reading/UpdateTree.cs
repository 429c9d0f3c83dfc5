using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Core.Wire.Dax.Reading;

/// <summary>Updates as trees on the wire: an array of actions in the order of the text.</summary>
internal static class UpdateTree
{
    private const int Set = 19;
    private const int Add = 20;
    private const int Delete = 21;
    private const int Remove = 22;
    private const int IfNotExists = 23;
    private const int ListAppend = 24;
    private const int Plus = 25;
    private const int Minus = 26;

    /// <summary>Reads all actions; with faults some are stand-ins.</summary>
    public static List<UpdateAction> Read(ref TreeReader tree)
    {
        List<UpdateAction> actions = [];
        HashSet<int> sections = [];
        int last = 0;
        int count = tree.Reader.ReadArray();
        while (tree.Reader.HasNext(ref count))
        {
            int opcode = tree.ReadOpcode(out int arguments);
            if (opcode != last && !sections.Add(opcode))
            {
                tree.Faults.Record(FaultClass.RepeatedSection, ExpressionFaults.RepeatedSection(NameOf(opcode)));
            }

            last = opcode;
            actions.Add(ReadAction(ref tree, opcode, ref arguments));
            tree.Close(ref arguments);
        }

        if (actions.Count == 0 || !tree.Reader.IsAtEnd)
        {
            throw CborReader.Malformed();
        }

        PathTree.Check([.. actions.Select(action => action.Target)], ref tree.Faults);
        return actions;
    }

    private static string NameOf(int opcode) => opcode switch
    {
        Set => "SET",
        Add => "ADD",
        Delete => "DELETE",
        _ => "REMOVE",
    };

    private static UpdateAction ReadAction(ref TreeReader tree, int opcode, ref int arguments)
    {
        tree.Next(ref arguments);
        DocumentPath target = tree.ReadPath();
        if (opcode == Remove)
        {
            return new UpdateAction.Remove(target);
        }

        tree.Next(ref arguments);
        return opcode switch
        {
            Set => new UpdateAction.Set(target, ReadValue(ref tree)),
            Add => new UpdateAction.Add(target, ReadConstant(ref tree, opcode)),
            Delete => new UpdateAction.Delete(target, ReadConstant(ref tree, opcode)),
            _ => throw CborReader.Malformed(),
        };
    }

    private static AttributeValue ReadConstant(ref TreeReader tree, int opcode)
    {
        if (tree.ReadOpcode(out int arguments) != TreeReader.Variable)
        {
            throw CborReader.Malformed();
        }

        AttributeValue value = tree.ReadVariable(ref arguments);
        UpdateFunctions.CheckConstant(ref tree.Faults, NameOf(opcode), value);
        return value;
    }

    /// <summary>The right side of a SET: a sum or difference of two operands, or one operand.</summary>
    private static Operand ReadValue(ref TreeReader tree)
    {
        int opcode = tree.ReadOpcode(out int arguments);
        if (opcode is not (Plus or Minus))
        {
            return ReadOperand(ref tree, opcode, ref arguments);
        }

        tree.CountOperator();
        tree.Next(ref arguments);
        Operand left = ReadOperand(ref tree);
        tree.Next(ref arguments);
        Operand right = ReadOperand(ref tree);
        tree.Close(ref arguments);
        return UpdateFunctions.Calculate(ref tree.Faults, left, opcode == Minus, right);
    }

    private static Operand ReadOperand(ref TreeReader tree)
    {
        int opcode = tree.ReadOpcode(out int arguments);
        return ReadOperand(ref tree, opcode, ref arguments);
    }

    private static Operand ReadOperand(ref TreeReader tree, int opcode, ref int arguments)
    {
        switch (opcode)
        {
            case TreeReader.Variable:
                return new Operand.Constant(tree.ReadVariable(ref arguments));
            case TreeReader.Path:
                return new Operand.Attribute(tree.ReadPath(ref arguments));
            case IfNotExists or ListAppend:
                tree.Enter();
                List<Operand> operands = [];
                while (tree.Reader.HasNext(ref arguments))
                {
                    operands.Add(ReadOperand(ref tree));
                }

                tree.Leave();
                return operands.Count == 0
                    ? throw CborReader.Malformed()
                    : UpdateFunctions.Make(ref tree.Faults, opcode == IfNotExists ? "if_not_exists" : "list_append", operands);
            default:
                throw CborReader.Malformed();
        }
    }
}
