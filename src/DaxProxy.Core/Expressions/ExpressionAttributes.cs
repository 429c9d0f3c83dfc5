using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>The substitutions of one request (ExpressionAttributeNames and Values), and which of them its expressions used.</summary>
/// <remarks>
/// Belongs to one request and is shared by all its expressions; not thread-safe. The maps are not copied. Whether the keys are well formed
/// and the maps not empty is the caller's to check.
/// </remarks>
public sealed class ExpressionAttributes
{
    private readonly IReadOnlyDictionary<string, string>? names;
    private readonly AttributeMap? values;
    private readonly HashSet<string> used = new(StringComparer.Ordinal);

    /// <summary>Substitutions by placeholder, the <c>#</c> or <c>:</c> included in the keys.</summary>
    public ExpressionAttributes(IReadOnlyDictionary<string, string>? names, AttributeMap? values)
    {
        this.names = names;
        this.values = values;
    }

    /// <summary>No substitutions; a fresh instance each time.</summary>
    public static ExpressionAttributes None => new(null, null);

    /// <summary>The error for substitutions no expression parsed so far has used, names before values; null where all were used.</summary>
    public DynamoError? FindUnused()
    {
        List<string>? unused = names?.Keys.Where(key => !used.Contains(key)).ToList();
        if (unused is { Count: > 0 })
        {
            return DynamoError.Validation(ExpressionFaults.UnusedNames(unused));
        }

        unused = values?.Keys.Where(key => !used.Contains(key)).ToList();
        return unused is { Count: > 0 } ? DynamoError.Validation(ExpressionFaults.UnusedValues(unused)) : null;
    }

    /// <summary>The name behind <c>#n</c>, or null; counts as a use.</summary>
    internal string? UseName(string placeholder)
    {
        if (names is null || !names.TryGetValue(placeholder, out string? name))
        {
            return null;
        }

        used.Add(placeholder);
        return name;
    }

    /// <summary>The value behind <c>:v</c>, or null; counts as a use.</summary>
    internal AttributeValue? UseValue(string placeholder)
    {
        if (values is null || !values.TryGetValue(placeholder, out AttributeValue? value))
        {
            return null;
        }

        used.Add(placeholder);
        return value;
    }
}
