using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Tests.Expressions;

/// <summary>
/// The naive model the evaluators are compared with: an item as nested, mutable dictionaries and lists; everything else stays a value.
/// </summary>
internal static class PlainDocument
{
    public static object Of(AttributeValue value) => value.Type switch
    {
        AttributeType.M => value.Map.ToDictionary(member => member.Key, member => Of(member.Value)),
        AttributeType.L => value.Elements.Select(Of).ToList(),
        _ => value,
    };

    public static AttributeValue Back(object value) => value switch
    {
        Dictionary<string, object> map => AttributeValue.FromMap(BackMap(map)),
        List<object> list => AttributeValue.FromList([.. list.Select(Back)]),
        _ => (AttributeValue)value,
    };

    public static AttributeMap BackMap(Dictionary<string, object> map)
    {
        AttributeMap result = [];
        foreach ((string name, object value) in map)
        {
            result.Add(name, Back(value));
        }

        return result;
    }

    /// <summary>The value after the first elements of a path, or null.</summary>
    public static object? Find(object? value, IEnumerable<PathElement> path)
    {
        foreach (PathElement element in path)
        {
            value = value switch
            {
                Dictionary<string, object> map when !element.IsIndex => map.GetValueOrDefault(element.Name!),
                List<object> list when element.IsIndex && element.Index < list.Count => list[element.Index],
                _ => null,
            };
        }

        return value;
    }
}
