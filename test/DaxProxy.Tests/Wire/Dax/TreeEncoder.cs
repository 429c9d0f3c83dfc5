using System.Buffers;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Writing;

namespace DaxProxy.Tests.Wire.Dax;

/// <summary>Encodes compiled expressions as a client encodes what it has parsed.</summary>
internal sealed class TreeEncoder
{
    private readonly ArrayBufferWriter<byte> tree = new();
    private readonly CborWriter cbor;
    private readonly List<AttributeValue> values = [];

    private TreeEncoder() => cbor = new CborWriter(tree);

    public static byte[] Encode(ConditionExpression condition)
    {
        TreeEncoder encoder = new();
        encoder.Node(condition.Root);
        return encoder.Envelope();
    }

    public static byte[] Encode(UpdateExpression update)
    {
        TreeEncoder encoder = new();
        encoder.cbor.BeginArray(update.Actions.Count);
        foreach (UpdateAction action in update.Actions)
        {
            encoder.Action(action);
        }

        return encoder.Envelope();
    }

    public static byte[] Encode(ProjectionExpression projection)
    {
        TreeEncoder encoder = new();
        encoder.cbor.BeginArray(2);
        encoder.cbor.Int(1);
        encoder.cbor.BeginArray(projection.Paths.Count);
        foreach (DocumentPath path in projection.Paths)
        {
            encoder.Path(path);
        }

        return encoder.tree.WrittenSpan.ToArray();
    }

    private byte[] Envelope()
    {
        ArrayBufferWriter<byte> output = new();
        CborWriter writer = new(output);
        writer.BeginArray(3);
        writer.Int(1);
        output.Write(tree.WrittenSpan);
        writer.BeginArray(values.Count);
        foreach (AttributeValue value in values)
        {
            ValueWriter.Write(writer, value);
        }

        return output.WrittenSpan.ToArray();
    }

    private void Begin(int opcode, int arguments)
    {
        cbor.BeginArray(1 + arguments);
        cbor.Int(opcode);
    }

    private void Node(ConditionNode node)
    {
        switch (node)
        {
            case ConditionNode.And and:
                Chain(6, and.Terms, and.Terms.Count - 1);
                break;
            case ConditionNode.Or or:
                Chain(7, or.Terms, or.Terms.Count - 1);
                break;
            case ConditionNode.Not not:
                Begin(8, 1);
                Node(not.Term);
                break;
            case ConditionNode.Comparison comparison:
                Begin(
                    comparison.Operator switch
                    {
                        Comparator.Equal => 0,
                        Comparator.NotEqual => 1,
                        Comparator.Less => 2,
                        Comparator.GreaterOrEqual => 3,
                        Comparator.Greater => 4,
                        _ => 5,
                    },
                    2);
                Operands(comparison.Left, comparison.Right);
                break;
            case ConditionNode.Between between:
                Begin(9, 3);
                Operands(between.Value, between.Low, between.High);
                break;
            case ConditionNode.In any:
                Begin(10, 2);
                Operands(any.Value);
                cbor.BeginArray(any.Candidates.Count);
                Operands([.. any.Candidates]);
                break;
            case ConditionNode.Exists exists:
                Begin(11, 1);
                Path(exists.Path);
                break;
            case ConditionNode.NotExists missing:
                Begin(12, 1);
                Path(missing.Path);
                break;
            case ConditionNode.HasType typed:
                Begin(13, 2);
                Operands(typed.Value, new Operand.Constant(AttributeValue.FromString(typed.Type.ToString())));
                break;
            case ConditionNode.BeginsWith begins:
                Begin(14, 2);
                Operands(begins.Value, begins.Prefix);
                break;
            case ConditionNode.Contains contains:
                Begin(15, 2);
                Operands(contains.Value, contains.Part);
                break;
            default:
                throw new ArgumentException(null, nameof(node));
        }
    }

    private void Chain(int opcode, IReadOnlyList<ConditionNode> terms, int last)
    {
        if (last == 0)
        {
            Node(terms[0]);
            return;
        }

        Begin(opcode, 2);
        Chain(opcode, terms, last - 1);
        Node(terms[last]);
    }

    private void Operands(params ReadOnlySpan<Operand> operands)
    {
        foreach (Operand operand in operands)
        {
            switch (operand)
            {
                case Operand.Attribute attribute:
                    Path(attribute.Path);
                    break;
                case Operand.Constant constant:
                    Variable(constant.Value);
                    break;
                case Operand.Size size:
                    Begin(16, 1);
                    Operands(size.Of);
                    break;
                case Operand.IfNotExists otherwise:
                    Begin(23, 2);
                    Path(otherwise.Path);
                    Operands(otherwise.Otherwise);
                    break;
                case Operand.ListAppend append:
                    Begin(24, 2);
                    Operands(append.First, append.Second);
                    break;
                case Operand.Arithmetic sum:
                    Begin(sum.IsSubtraction ? 26 : 25, 2);
                    Operands(sum.Left, sum.Right);
                    break;
                default:
                    throw new ArgumentException(null, nameof(operands));
            }
        }
    }

    private void Action(UpdateAction action)
    {
        int opcode = action switch
        {
            UpdateAction.Set => 19,
            UpdateAction.Add => 20,
            UpdateAction.Delete => 21,
            _ => 22,
        };
        Begin(opcode, action is UpdateAction.Remove ? 1 : 2);
        Path(action.Target);
        switch (action)
        {
            case UpdateAction.Set set: Operands(set.Value); break;
            case UpdateAction.Add add: Variable(add.Value); break;
            case UpdateAction.Delete delete: Variable(delete.Value); break;
            default: break;
        }
    }

    private void Variable(AttributeValue value)
    {
        Begin(17, 1);
        cbor.Int(values.Count);
        values.Add(value);
    }

    private void Path(DocumentPath path)
    {
        Begin(18, path.Elements.Count);
        foreach (PathElement element in path.Elements)
        {
            if (element.IsIndex)
            {
                cbor.Tag(3324);
                cbor.Int(element.Index);
            }
            else
            {
                cbor.Text(element.Name!);
            }
        }
    }
}
