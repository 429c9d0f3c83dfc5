using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using NUnit.Framework;

namespace DaxProxy.Tests.Expressions;

/// <summary>
/// Random updates of random documents against a model that makes one change after the other on mutable containers: sets first, then
/// additions beyond the ends of lists in index order, then removals from the highest index down.
/// </summary>
public sealed class UpdatePropertyTests
{
    [Test]
    public void Update_Random_AgreesWithTheModel([Range(1, 20)] int seed)
    {
        RandomDocuments random = new(seed);
        int applied = 0;
        for (int round = 0; round < 300; round++)
        {
            AttributeMap old = random.Map(3);
            AttributeValue before = AttributeValue.FromMap(old);
            List<UpdateAction> actions = [.. random.Paths(4).Select(path => Action(random, path))];
            AttributeMap? expected = Model(before, actions);
            string? error = new UpdateExpression(actions).TryApply(old, [], out AttributeMap? updated)?.Message;
            string context = $"seed {seed}: {string.Join("; ", actions)} on {before}";
            Assert.That(error is null, Is.EqualTo(expected is not null), context + error);
            Doc.AssertSame(updated, expected, context);
            applied += updated is null ? 0 : 1;
        }

        Assert.That(applied, Is.GreaterThan(20));
    }

    private static UpdateAction Action(RandomDocuments random, DocumentPath target)
    {
        AttributeValue set = random.Random.Next(2) == 0
            ? AttributeValue.FromSet(AttributeType.NS, [Doc.N(1), Doc.N(2)])
            : AttributeValue.FromSet(AttributeType.SS, [AttributeValue.FromString("y")]);
        return random.Random.Next(6) switch
        {
            0 => new UpdateAction.Add(target, set),
            1 => new UpdateAction.Add(target, Doc.N(1)),
            2 => new UpdateAction.Delete(target, set),
            3 => new UpdateAction.Remove(target),
            4 => new UpdateAction.Set(target, new Operand.Attribute(random.Path())),
            _ => new UpdateAction.Set(target, new Operand.Constant(random.Value(1))),
        };
    }

    private static AttributeMap? Model(AttributeValue before, List<UpdateAction> actions)
    {
        object frozen = PlainDocument.Of(before);
        object document = PlainDocument.Of(before);
        List<(DocumentPath Target, object Container, AttributeValue? Value)> changes = [];
        foreach (UpdateAction action in actions)
        {
            DocumentPath target = action.Target;
            object? container = PlainDocument.Find(document, target.Elements.SkipLast(1));
            bool fits = target.Elements[^1].IsIndex ? container is List<object> : container is Dictionary<string, object>;
            if (!fits || !TryCompute(frozen, action, out AttributeValue? value))
            {
                return null;
            }

            changes.Add((target, container!, value));
        }

        foreach ((DocumentPath target, object container, AttributeValue? value) in changes.OrderBy(
            change => change.Target.Elements[^1].Index))
        {
            PathElement last = target.Elements[^1];
            switch (container)
            {
                case Dictionary<string, object> map when value is not null:
                    map[last.Name!] = PlainDocument.Of(value);
                    break;
                case List<object> list when value is not null && last.Index < Length(frozen, target):
                    list[last.Index] = PlainDocument.Of(value);
                    break;
                case List<object> list when value is not null:
                    list.Add(PlainDocument.Of(value));
                    break;
            }
        }

        foreach ((DocumentPath target, object container, _) in
            changes.Where(change => change.Value is null).OrderByDescending(change => change.Target.Elements[^1].Index))
        {
            PathElement last = target.Elements[^1];
            if (container is Dictionary<string, object> map)
            {
                map.Remove(last.Name!);
            }
            else if (last.Index < Length(frozen, target))
            {
                ((List<object>)container).RemoveAt(last.Index);
            }
        }

        return PlainDocument.BackMap((Dictionary<string, object>)document);
    }

    private static int Length(object frozen, DocumentPath target) =>
        ((List<object>)PlainDocument.Find(frozen, target.Elements.SkipLast(1))!).Count;

    private static bool TryCompute(object frozen, UpdateAction action, out AttributeValue? value)
    {
        object? found = PlainDocument.Find(frozen, action.Target.Elements);
        AttributeValue? old = found is null ? null : PlainDocument.Back(found);
        switch (action)
        {
            case UpdateAction.Set { Value: Operand.Constant constant }:
                value = constant.Value;
                return true;
            case UpdateAction.Set { Value: Operand.Attribute source }:
                object? read = PlainDocument.Find(frozen, source.Path.Elements);
                value = read is null ? null : PlainDocument.Back(read);
                return value is not null;
            case UpdateAction.Add add:
                value = old is null ? add.Value : old.Type != add.Value.Type ? null : Sum(old, add.Value);
                return value is not null;
            case UpdateAction.Delete delete:
                AttributeValue[] rest = old is null || old.Type != delete.Value.Type ? [] : [.. old.Elements.Except(delete.Value.Elements)];
                value = rest.Length == 0 ? null : AttributeValue.FromSet(old!.Type, rest);
                return old is null || old.Type == delete.Value.Type;
            default:
                value = null;
                return true;
        }
    }

    private static AttributeValue Sum(AttributeValue old, AttributeValue addend) => old.Type == AttributeType.N
        ? Doc.N(long.Parse(old.Number.ToString()) + 1)
        : AttributeValue.FromSet(old.Type, [.. old.Elements.Union(addend.Elements)]);
}
