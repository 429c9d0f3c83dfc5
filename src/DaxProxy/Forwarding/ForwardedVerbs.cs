using System.Text.Json;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Core.Wire.Json;

namespace DaxProxy.Forwarding;

/// <summary>
/// Which requests reach a remote backend as they were sent, and what each of them may change. A request counts as harmless only if its verb
/// is known to be: an unknown one may have changed anything.
/// </summary>
/// <remarks>Pure functions. What <see cref="Verb.IsDecoded"/> says becomes an operation that the caches understand.</remarks>
internal static class ForwardedVerbs
{
    /// <summary>The verb that a target names; <see cref="Verb.Unknown"/> for one that is not known here.</summary>
    public static Verb Of(string target) => JsonRequest.VerbOf(target) ?? Verb.Unknown;

    /// <summary>Whether a request is passed on as it is, and what it may change then.</summary>
    /// <param name="verb">What was asked.</param>
    /// <param name="body">The body.</param>
    /// <param name="changedTables">Names or ARNs of tables, none for no effect; null where everything may have changed.</param>
    /// <returns>False for what becomes an operation of its own.</returns>
    public static bool TryJudge(Verb verb, JsonElement body, out IReadOnlyList<string>? changedTables)
    {
        List<string> tables = TablesOf(verb, body);
        changedTables = verb.Changes(tables);

        // The name in an ARN may be that of another account's table, which only the backend can tell apart.
        return !verb.IsDecoded || tables.Exists(table => TableNames.IsArn(table));
    }

    /// <summary>
    /// Whether a request that breaks the rules known here is left to the backend to refuse, in its own words; and what it may change should
    /// the backend know better. PartiQL is not: the backend may not have it at all.
    /// </summary>
    /// <param name="verb">What was asked; one of those that become operations of their own.</param>
    /// <param name="body">The body.</param>
    /// <param name="changedTables">As above; null also for a write that names no table in a way that is known here.</param>
    public static bool TryJudgeRefused(Verb verb, JsonElement body, out IReadOnlyList<string>? changedTables)
    {
        changedTables = verb.Changes(TablesOf(verb, body));
        return verb.Effect != VerbEffect.Statements;
    }

    /// <summary>
    /// The tables that a request names, wherever it may name one. If a member occurs more than once, every occurrence counts: it is unknown
    /// which of them the backend uses.
    /// </summary>
    public static List<string> TablesOf(Verb verb, JsonElement body)
    {
        List<string> tables = [];
        if (body.ValueKind != JsonValueKind.Object)
        {
            return tables;
        }

        foreach (JsonProperty member in body.EnumerateObject())
        {
            if (IsNamed(member, verb.TableMember))
            {
                AddName(tables, member.Value);
            }
            else if (IsNamed(member, "RequestItems") && member.Value.ValueKind == JsonValueKind.Object)
            {
                tables.AddRange(member.Value.EnumerateObject().Select(table => Readable(() => table.Name)).OfType<string>());
            }
            else if (IsNamed(member, "TransactItems") && member.Value.ValueKind == JsonValueKind.Array)
            {
                AddNamesOfActions(tables, member.Value);
            }
        }

        return tables;
    }

    private static void AddNamesOfActions(List<string> tables, JsonElement items)
    {
        foreach (JsonProperty action in items.EnumerateArray()
            .Where(item => item.ValueKind == JsonValueKind.Object)
            .SelectMany(item => item.EnumerateObject())
            .Where(action => action.Value.ValueKind == JsonValueKind.Object))
        {
            AddName(tables, action.Value);
        }
    }

    /// <summary>A name, or the names in a structure with a <c>TableName</c>.</summary>
    private static void AddName(List<string> tables, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String && Readable(value.GetString) is { } text)
        {
            tables.Add(text);
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in value.EnumerateObject()
                .Where(member => IsNamed(member, "TableName") && member.Value.ValueKind == JsonValueKind.String))
            {
                AddName(tables, member.Value);
            }
        }
    }

    /// <summary>Whether a member has a name; one whose own cannot be read has another.</summary>
    private static bool IsNamed(JsonProperty member, string? name) => Readable(() => member.Name) == name && name is not null;

    /// <summary>
    /// A text, or null for one with half a surrogate pair or with bytes that are no UTF-8, which only reading it shows. No table has such
    /// a name.
    /// </summary>
    private static string? Readable(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
