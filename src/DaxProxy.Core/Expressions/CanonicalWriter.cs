using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>
/// Writes what requests mean as bytes, so that two that mean the same have the same bytes, however they were written: placeholders are
/// resolved, numbers are one spelling, members of maps and the terms of AND, OR and IN are in order, legacy parameters are the trees they
/// stand for.
/// </summary>
/// <remarks>Every part says its length or ends itself, so no two meanings share their bytes.</remarks>
internal sealed class CanonicalWriter
{
    private readonly ArrayBufferWriter<byte> output = new(256);

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => output.WrittenSpan;

    /// <summary>Writes a small number, or what kind of thing follows.</summary>
    public void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    /// <summary>Writes an integer; null as itself.</summary>
    public void Int(int? value)
    {
        Byte(value is null ? (byte)0 : (byte)1);
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(sizeof(int)), value ?? 0);
        output.Advance(sizeof(int));
    }

    /// <summary>Writes bytes with their length; null as itself.</summary>
    public void Bytes(byte[]? value)
    {
        Int(value?.Length);
        output.Write(value);
    }

    /// <summary>Writes a text with its length; null as itself.</summary>
    public void Text(string? value)
    {
        int? length = value is null ? null : Encoding.UTF8.GetByteCount(value);
        Int(length);
        if (length is { } bytes)
        {
            output.Advance(Encoding.UTF8.GetBytes(value, output.GetSpan(bytes)));
        }
    }

    /// <summary>Writes attributes, by name.</summary>
    public void Map(AttributeMap map)
    {
        Int(map.Count);
        foreach ((string name, AttributeValue value) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Text(name);
            Value(value);
        }
    }

    /// <summary>Writes the paths of a projection, whose order means nothing.</summary>
    public void Projection(ProjectionExpression? projection)
    {
        Byte(projection is null ? (byte)0 : (byte)1);
        if (projection is not null)
        {
            Unordered(projection.Paths, static (writer, path) => writer.Path(path));
        }
    }

    /// <summary>Writes a filter.</summary>
    public void Condition(ConditionExpression? condition)
    {
        Byte(condition is null ? (byte)0 : (byte)1);
        if (condition is not null)
        {
            Node(condition.Root);
        }
    }

    /// <summary>Writes an update.</summary>
    public void Update(UpdateExpression? update)
    {
        Byte(update is null ? (byte)0 : (byte)1);
        if (update is not null)
        {
            Unordered(update.Actions, static (writer, action) => writer.Action(action));
        }
    }

    private void Action(UpdateAction action)
    {
        Path(action.Target);
        switch (action)
        {
            case UpdateAction.Set set:
                Byte((byte)'=');
                Operands(set.Value);
                break;
            case UpdateAction.Remove:
                Byte((byte)'r');
                break;
            case UpdateAction.Add add:
                Byte((byte)'+');
                Value(add.Value);
                break;
            case UpdateAction.Delete delete:
                Byte((byte)'-');
                Value(delete.Value);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void Node(ConditionNode node)
    {
        switch (node)
        {
            case ConditionNode.And and:
                Byte((byte)'&');
                Unordered(Flatten<ConditionNode.And>(and.Terms, static inner => inner.Terms), static (writer, term) => writer.Node(term));
                break;
            case ConditionNode.Or or:
                Byte((byte)'|');
                Unordered(Flatten<ConditionNode.Or>(or.Terms, static inner => inner.Terms), static (writer, term) => writer.Node(term));
                break;
            case ConditionNode.Not not:
                Byte((byte)'!');
                Node(not.Term);
                break;
            case ConditionNode.Comparison comparison:
                Byte((byte)'=');
                Byte((byte)comparison.Operator);
                Operands(comparison.Left, comparison.Right);
                break;
            case ConditionNode.Between between:
                Byte((byte)'b');
                Operands(between.Value, between.Low, between.High);
                break;
            case ConditionNode.In any:
                Byte((byte)'i');
                Operands(any.Value);
                Unordered(any.Candidates, static (writer, candidate) => writer.Operands(candidate));
                break;
            case ConditionNode.Exists exists:
                Byte((byte)'e');
                Path(exists.Path);
                break;
            case ConditionNode.NotExists missing:
                Byte((byte)'m');
                Path(missing.Path);
                break;
            case ConditionNode.HasType typed:
                Byte((byte)'t');
                Byte((byte)typed.Type);
                Operands(typed.Value);
                break;
            case ConditionNode.BeginsWith begins:
                Byte((byte)'p');
                Operands(begins.Value, begins.Prefix);
                break;
            case ConditionNode.Contains contains:
                Byte((byte)'c');
                Operands(contains.Value, contains.Part);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void Operands(params ReadOnlySpan<Operand> operands)
    {
        foreach (Operand operand in operands)
        {
            switch (operand)
            {
                case Operand.Attribute attribute:
                    Byte((byte)'a');
                    Path(attribute.Path);
                    break;
                case Operand.Constant constant:
                    Byte((byte)'v');
                    Value(constant.Value);
                    break;
                case Operand.Size size:
                    Byte((byte)'s');
                    Operands(size.Of);
                    break;
                case Operand.IfNotExists choice:
                    Byte((byte)'i');
                    Path(choice.Path);
                    Operands(choice.Otherwise);
                    break;
                case Operand.ListAppend append:
                    Byte((byte)'l');
                    Operands(append.First, append.Second);
                    break;
                case Operand.Arithmetic sum:
                    Byte(sum.IsSubtraction ? (byte)'-' : (byte)'+');
                    Operands(sum.Left, sum.Right);
                    break;
                default:
                    throw new UnreachableException();
            }
        }
    }

    private void Path(DocumentPath path)
    {
        Int(path.Elements.Count);
        foreach (PathElement element in path.Elements)
        {
            Text(element.Name);
            Int(element.Index);
        }
    }

    /// <summary>Writes a value.</summary>
    public void Value(AttributeValue value)
    {
        Byte((byte)value.Type);
        switch (value.Type)
        {
            case AttributeType.S:
                Text(value.String);
                break;
            case AttributeType.N:
                output.Advance(KeyEncoding.WriteSelfDelimiting(value, output.GetSpan(KeyEncoding.MaxNumberBytes)));
                break;
            case AttributeType.B:
                Int(value.Binary.Length);
                output.Write(value.Binary.Span);
                break;
            case AttributeType.BOOL:
                Byte(value.Bool ? (byte)1 : (byte)0);
                break;
            case AttributeType.NULL:
                break;
            case AttributeType.M:
                Map(value.Map);
                break;
            default:
                // The members of a set are sorted already.
                Int(value.Elements.Count);
                foreach (AttributeValue element in value.Elements)
                {
                    Value(element);
                }

                break;
        }
    }

    /// <summary>Writes parts whose order and repetition mean nothing.</summary>
    private void Unordered<T>(IReadOnlyList<T> parts, Action<CanonicalWriter, T> write)
    {
        List<byte[]> written = new(parts.Count);
        foreach (T part in parts)
        {
            CanonicalWriter inner = new();
            write(inner, part);
            written.Add(inner.Written.ToArray());
        }

        written.Sort(static (left, right) => left.AsSpan().SequenceCompareTo(right));
        Int(written.Count);
        foreach (byte[] part in written)
        {
            output.Write(part);
        }
    }

    /// <summary>The terms, with those of the same kind inside them taken out.</summary>
    private static List<ConditionNode> Flatten<TNode>(IReadOnlyList<ConditionNode> terms, Func<TNode, IReadOnlyList<ConditionNode>> inner)
        where TNode : ConditionNode
    {
        List<ConditionNode> flat = [];
        foreach (ConditionNode term in terms)
        {
            if (term is TNode same)
            {
                flat.AddRange(Flatten(inner(same), inner));
            }
            else
            {
                flat.Add(term);
            }
        }

        return flat;
    }
}
