using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;
using DaxProxy.Core.Wire.Json.Model;

namespace DaxProxy.Core.Wire.Json;

/// <summary>
/// The second look at a request: the model's constraints (required, lengths, ranges, patterns, enumerations). Faults are collected, at most
/// ten, into one <c>ValidationException</c>. Source: recorded answers of the service.
/// </summary>
internal ref struct ConstraintCheck
{
    private const int MaxFaults = 10;
    private const int MaxEchoChars = 64 * 1024;
    private const string NamePattern = "[a-zA-Z0-9_.-]+";

    /// <summary>The shape of a table's name.</summary>
    private const string TableNameShape = "TableArn";

    private readonly ValidationLayer layer;
    private readonly JsonVerb verb;
    private readonly List<(string Member, string Text)> faults = [];

    /// <summary>The member of the request that is being checked.</summary>
    private string member = "";

    /// <summary>Reported only where nothing else is wrong.</summary>
    private string? weakFault;

    private ConstraintCheck(ValidationLayer layer, JsonVerb verb)
    {
        this.layer = layer;
        this.verb = verb;
    }

    private bool IsControlPlane => verb.Verb.IsControlPlane;

    /// <summary>Checks a request whose kinds are right. Null when it satisfies its shape.</summary>
    /// <param name="shape">The operation's input.</param>
    /// <param name="request">The request.</param>
    /// <param name="layer">Whose texts to use.</param>
    /// <param name="verb">The operation. If it manages tables, table names have their own, tighter rules.</param>
    public static DynamoError? Check(InputShape shape, JsonElement request, ValidationLayer layer, JsonVerb verb)
    {
        if (layer != ValidationLayer.Older
            && request.TryGetProperty("TableName", out JsonElement name)
            && name.ValueKind == JsonValueKind.String
            && name.ValueEquals(""u8))
        {
            // The current layer reports an empty name before it looks at anything else.
            return Envelope(["Value at 'TableName' failed to satisfy constraint: Member must have length greater than or equal to 1"]);
        }

        ConstraintCheck check = new(layer, verb);
        check.Structure(shape, request, "");
        if (check.faults.Count == 0 && check.weakFault is { } weak)
        {
            check.Add(weak);
        }

        return check.faults.Count == 0 ? null : Envelope(check.Reported());
    }

    /// <summary>The envelope of constraint faults.</summary>
    public static DynamoError Envelope(IReadOnlyList<string> faults) => DynamoError.Validation(
        $"{faults.Count} validation error{(faults.Count == 1 ? "" : "s")} detected: {string.Join("; ", faults)}");

    /// <summary>The faults that are said, in the order in which they are said.</summary>
    private List<string> Reported()
    {
        if (verb.StopsAtFirstFault && layer != ValidationLayer.Older)
        {
            return [faults[0].Text];
        }

        IEnumerable<(string Member, string Text)> ordered = verb.IsItemWrite
            ? faults.OrderBy(fault => fault.Member switch { "ReturnConsumedCapacity" => 0, "Key" => 2, _ => 1 })
            : faults;
        return [.. ordered.Select(fault => fault.Text)];
    }

    private void Structure(InputShape shape, JsonElement json, string path)
    {
        foreach ((string name, InputShape member) in shape.MembersAsReported)
        {
            if (path.Length == 0)
            {
                this.member = name;
            }

            if (!json.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            {
                if (shape.Required.Contains(name))
                {
                    Add($"Value null at '{LowerPath(Join(path, name))}' failed to satisfy constraint: Member must not be null");
                }
            }
            else
            {
                Value(member, value, Join(path, name));
            }
        }
    }

    private void Value(InputShape shape, JsonElement json, string path)
    {
        switch (shape.Kind)
        {
            case InputKind.Structure when !shape.IsAttributeValue:
                Structure(shape, json, path);
                break;
            case InputKind.List:
                List(shape, json, path);
                break;
            case InputKind.Map when shape.Element is { IsAttributeValue: false }:
                Map(shape, json, path);
                break;
            case InputKind.String:
                String(shape, json.GetString()!, path);
                break;
            case InputKind.Integer or InputKind.Long:
                Range(shape, JsonMembers.ToInt64(json), path);
                break;
        }
    }

    private void List(InputShape shape, JsonElement json, string path)
    {
        Length(shape, json.GetArrayLength(), json, path);
        if (shape.Element!.IsAttributeValue)
        {
            return;
        }

        int position = 0;
        foreach (JsonElement element in json.EnumerateArray())
        {
            position++;
            if (element.ValueKind != JsonValueKind.Null)
            {
                Value(shape.Element, element, $"{path}.{position}.member");
            }
        }
    }

    private void Map(InputShape shape, JsonElement json, string path)
    {
        Length(shape, json.EnumerateObject().Count(), json, path);
        if (shape.Key is { Name: TableNameShape }
            && json.EnumerateObject().Any(entry => !IsTableName(entry.Name) || NameLengths.IsTooLong(entry.Name)))
        {
            MapKeys(
                shape,
                json,
                path,
                $"Map keys must satisfy constraint: [Member must have length less than or equal to {TableNames.MaxLength}, "
                + $"Member must have length greater than or equal to {TableNames.MinLength}, "
                + $"Member must satisfy regular expression pattern: {NamePattern}]");
        }

        foreach (JsonProperty entry in json.EnumerateObject())
        {
            if (shape.Element!.Kind == InputKind.List)
            {
                MapOfLists(shape, entry.Value, json, path);
            }
            else if (entry.Value.ValueKind != JsonValueKind.Null)
            {
                Value(shape.Element, entry.Value, $"{path}.{entry.Name}.member");
            }
        }
    }

    /// <summary>
    /// Names of tables that can be none. The current layer echoes the map as JSON; the older one says nothing of it where something else is
    /// wrong.
    /// </summary>
    private void MapKeys(InputShape shape, JsonElement json, string path, string constraint)
    {
        string echo = layer == ValidationLayer.Older ? Echo(shape, json) : Compact(json);
        string fault = $"Value '{echo}' at '{LowerPath(path)}' failed to satisfy constraint: {constraint}";
        if (layer == ValidationLayer.Older)
        {
            weakFault ??= fault;
        }
        else
        {
            Add(fault);
        }
    }

    /// <summary>A list in a map reports its length at the map.</summary>
    private void MapOfLists(InputShape shape, JsonElement json, JsonElement map, string path)
    {
        InputShape list = shape.Element!;
        int length = json.ValueKind == JsonValueKind.Array ? json.GetArrayLength() : 0;
        if (length < list.Min || length > list.Max)
        {
            Fail(shape, map, path, $"Map value must satisfy constraint: [Member must have length less than or equal to {list.Max}, "
                + $"Member must have length greater than or equal to {list.Min}]");
        }
    }

    private void String(InputShape shape, string text, string path)
    {
        if (shape.Enum is not null)
        {
            if (!shape.Enum.Contains(text))
            {
                Enumeration(shape.Enum, text, path);
            }

            return;
        }

        // The model's length is that of a resource name, which may stand for any table's name.
        bool isTableName = shape.Name == TableNameShape;
        long? min = isTableName && IsControlPlane ? TableNames.MinLength : shape.Min;
        long? max = isTableName && !TableNames.IsArn(text) ? TableNames.MaxLength : shape.Max;
        if (text.Length > max)
        {
            Add(
                $"Value '{text}' at '{LowerPath(path)}' failed to satisfy constraint: "
                + $"Member must have length less than or equal to {max}");
        }

        if (text.Length < min)
        {
            Add(
                $"Value '{text}' at '{LowerPath(path)}' failed to satisfy constraint: "
                + $"Member must have length greater than or equal to {min}");
        }

        string? pattern = isTableName ? NamePattern : shape.Pattern;
        bool isJudged = text.Length > 0 || IsControlPlane || !isTableName;
        if (pattern is not null && isJudged && !Matches(shape, isTableName, text, pattern))
        {
            Add(
                $"Value '{text}' at '{LowerPath(path)}' failed to satisfy constraint: "
                + $"Member must satisfy regular expression pattern: {pattern}");
        }
    }

    private static bool Matches(InputShape shape, bool isTableName, string text, string pattern) =>
        isTableName || shape.Pattern == NamePattern
            ? IsTableName(text)
            : Regex.IsMatch(text, $"^(?:{pattern})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private static bool IsTableName(string text) =>
        TableNames.IsArn(text) || (text.Length > 0 && text.AsSpan().IndexOfAnyExcept(JsonMembers.NameCharacters) < 0);

    private void Enumeration(IReadOnlyList<string> values, string text, string path)
    {
        // The two exceptions are the service's, as are the misspelt UPDATE_NEW and the order.
        Add(path switch
        {
            "ReturnValues" when layer == ValidationLayer.Enveloped =>
                "Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]",
            "ReturnItemCollectionMetrics" when layer == ValidationLayer.Enveloped =>
                "ReturnItemCollectionMetrics can only be SIZE or NONE",
            _ => $"Value '{text}' at '{LowerPath(path)}' failed to satisfy constraint: "
                + $"Member must satisfy enum value set: [{string.Join(", ", values)}]",
        });
    }

    private void Range(InputShape shape, long value, string path)
    {
        if (value < shape.Min)
        {
            Fail(value, path, $"Member must have value greater than or equal to {shape.Min}");
        }

        if (value > shape.Max)
        {
            Fail(value, path, $"Member must have value less than or equal to {shape.Max}");
        }
    }

    private void Length(InputShape shape, int length, JsonElement json, string path)
    {
        if (length < shape.Min)
        {
            Fail(shape, json, path, $"Member must have length greater than or equal to {shape.Min}");
        }

        long? max = IsControlPlane && path == "KeySchema" ? 2 : shape.Max;
        if (length > max)
        {
            Fail(shape, json, path, $"Member must have length less than or equal to {max}");
        }
    }

    private void Fail(InputShape shape, JsonElement json, string path, string constraint) => Fail(Echo(shape, json), path, constraint);

    private void Fail(object echo, string path, string constraint) => Add(layer == ValidationLayer.Older
        ? $"Value '{echo}' at '{LowerPath(path)}' failed to satisfy constraint: {constraint}"
        : $"Value at '{path}' failed to satisfy constraint: {constraint}");

    private void Add(string fault)
    {
        if (faults.Count < MaxFaults)
        {
            faults.Add((member, fault));
        }
    }

    /// <summary>
    /// How the service prints a value: as Java prints lists, maps and structures. A longer text than anyone reads is cut, as it can be many
    /// times as long as the request.
    /// </summary>
    private static string Echo(InputShape shape, JsonElement json)
    {
        StringBuilder text = new();
        Echo(text, shape, json);
        return text.Length > MaxEchoChars ? text.ToString(0, MaxEchoChars) + "..." : text.ToString();
    }

    private static void Echo(StringBuilder text, InputShape shape, JsonElement json)
    {
        string separator = "";
        switch (shape.Kind)
        {
            case var _ when json.ValueKind == JsonValueKind.Null:
                text.Append("null");
                break;
            case InputKind.List:
                text.Append('[');
                foreach (JsonElement element in json.EnumerateArray().TakeWhile(_ => text.Length <= MaxEchoChars))
                {
                    Echo(text.Append(separator), shape.Element!, element);
                    separator = ", ";
                }

                text.Append(']');
                break;
            case InputKind.Map:
                text.Append('{');
                foreach (JsonProperty entry in json.EnumerateObject().TakeWhile(_ => text.Length <= MaxEchoChars))
                {
                    Echo(text.Append(separator).Append(entry.Name).Append('='), shape.Element!, entry.Value);
                    separator = ", ";
                }

                text.Append('}');
                break;
            case InputKind.Structure:
                text.Append(shape.Name).Append('(');
                foreach ((string name, InputShape member) in shape.Members)
                {
                    text.Append(separator).Append(LowerCamel(name)).Append('=');
                    separator = ", ";
                    if (json.Member(name) is { } value)
                    {
                        Echo(text, member, value);
                    }
                    else
                    {
                        text.Append("null");
                    }
                }

                text.Append(')');
                break;
            default:
                text.Append(json.ValueKind == JsonValueKind.String ? json.GetString() : json.GetRawText());
                break;
        }
    }

    /// <summary>A value as JSON without white space.</summary>
    private static string Compact(JsonElement json)
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter writer = new(output, AttributeJson.WriterOptions))
        {
            json.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>
    /// The older layer's path: members begin with a lower-case letter, the keys of maps stay as they were sent.
    /// </summary>
    private static string LowerPath(string path)
    {
        string[] parts = path.Split('.');
        for (int i = 0; i < parts.Length; i++)
        {
            bool isKey = i + 1 < parts.Length && parts[i + 1] == "member";
            parts[i] = isKey ? parts[i] : LowerCamel(parts[i]);
        }

        return string.Join('.', parts);
    }

    private static string LowerCamel(string name) => name.Length == 0 ? name : char.ToLowerInvariant(name[0]) + name[1..];
}
