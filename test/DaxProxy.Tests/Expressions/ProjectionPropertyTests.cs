using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using NUnit.Framework;

namespace DaxProxy.Tests.Expressions;

/// <summary>Random projections against a model that builds the result path by path, with gaps in lists, and closes the gaps last.</summary>
public sealed class ProjectionPropertyTests
{
    [Test]
    public void Projection_Random_AgreesWithTheModel([Range(1, 20)] int seed)
    {
        RandomDocuments random = new(seed);
        for (int round = 0; round < 300; round++)
        {
            AttributeMap item = random.Map(3);
            List<DocumentPath> paths = random.Paths(5);
            string text = string.Join(", ", paths.Select(ConditionPropertyTests.TextOf));
            Assert.That(
                ProjectionExpression.TryParse(text, ExpressionAttributes.None, out ProjectionExpression? expression)?.Message, Is.Null);
            Doc.AssertSame(expression!.Apply(item), Model(item, paths), $"seed {seed}: {text} on {AttributeValue.FromMap(item)}");
        }
    }

    private static AttributeMap Model(AttributeMap item, List<DocumentPath> paths)
    {
        object source = PlainDocument.Of(AttributeValue.FromMap(item));
        Dictionary<object, object> result = [];
        foreach (DocumentPath path in paths)
        {
            if (PlainDocument.Find(source, path.Elements) is not object found)
            {
                continue;
            }

            Dictionary<object, object> container = result;
            foreach (PathElement element in path.Elements.SkipLast(1))
            {
                object step = element.IsIndex ? element.Index : element.Name!;
                if (!container.TryGetValue(step, out object? next))
                {
                    container.Add(step, next = new Dictionary<object, object>());
                }

                container = (Dictionary<object, object>)next;
            }

            PathElement last = path.Elements[^1];
            container.Add(last.IsIndex ? last.Index : last.Name!, PlainDocument.Back(found));
        }

        return result.Count == 0 ? [] : Close(result).Map;
    }

    private static AttributeValue Close(object value)
    {
        if (value is not Dictionary<object, object> container)
        {
            return (AttributeValue)value;
        }

        if (container.Keys.First() is int)
        {
            return AttributeValue.FromList([.. container.OrderBy(member => (int)member.Key).Select(member => Close(member.Value))]);
        }

        AttributeMap map = [];
        foreach ((object name, object member) in container)
        {
            map.Add((string)name, Close(member));
        }

        return AttributeValue.FromMap(map);
    }
}
