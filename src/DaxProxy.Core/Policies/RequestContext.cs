using System.Diagnostics.CodeAnalysis;

namespace DaxProxy.Core.Policies;

/// <summary>What conditions can ask about a request: the values of its condition keys, most of them one, some of them several.</summary>
/// <remarks>For one thread. Names of keys compare without regard to case, their values exactly.</remarks>
public sealed class RequestContext
{
    private readonly Dictionary<string, IReadOnlyList<string>> values = new(StringComparer.OrdinalIgnoreCase);
    private readonly RequestContext? beneath;

    /// <summary>An empty one.</summary>
    /// <param name="beneath">What is true of the request besides, and is not changed; null for nothing.</param>
    public RequestContext(RequestContext? beneath = null) => this.beneath = beneath;

    /// <summary>Says what a key is.</summary>
    public void Set(string key, params IReadOnlyList<string> all) => values[key] = all;

    /// <summary>Says one more of what a key is: tags whose names differ in case alone are one key.</summary>
    public void Add(string key, string value) =>
        values[key] = values.TryGetValue(key, out IReadOnlyList<string>? all) ? [.. all, value] : [value];

    /// <summary>The values of a key; false where the request has none of it.</summary>
    public bool TryGet(string key, [NotNullWhen(true)] out IReadOnlyList<string>? all) =>
        values.TryGetValue(key, out all) || (beneath is not null && beneath.TryGet(key, out all));

    /// <summary>The value of a key that has one.</summary>
    internal string? Single(string key) => TryGet(key, out IReadOnlyList<string>? all) && all.Count == 1 ? all[0] : null;
}
