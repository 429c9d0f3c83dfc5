using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DaxProxy.Services.Model;

/// <summary>Checks a request against its shape: kinds first, then the constraints, of which at most ten faults are said at once.</summary>
/// <remarks>Source of the texts: the framework that all these services are built with, as DynamoDB's recorded answers show it.</remarks>
internal sealed class InputCheck
{
    private const int MaxFaults = 10;
    private const int MaxEchoChars = 1024;

    private static readonly TimeSpan MatchTime = TimeSpan.FromMilliseconds(100);
    private static readonly ConcurrentDictionary<string, Regex> Patterns = new(StringComparer.Ordinal);

    private readonly List<string> faults = [];

    private InputCheck()
    {
    }

    /// <summary>Whether every value has the kind that the model says.</summary>
    public static bool HasKinds(ServiceShape shape, JsonElement json) => json.ValueKind == JsonValueKind.Null || shape.Kind switch
    {
        ShapeKind.Structure => json.ValueKind == JsonValueKind.Object && json.EnumerateObject().All(
            member => !shape.Members.TryGetValue(member.Name, out ServiceShape? known) || HasKinds(known, member.Value)),
        ShapeKind.List => json.ValueKind == JsonValueKind.Array && json.EnumerateArray().All(element => HasKinds(shape.Element!, element)),
        ShapeKind.Map => json.ValueKind == JsonValueKind.Object
            && json.EnumerateObject().All(entry => HasKinds(shape.Element!, entry.Value)),
        ShapeKind.String or ShapeKind.Blob => json.ValueKind == JsonValueKind.String,
        ShapeKind.Integer => json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out _),
        ShapeKind.Long => json.ValueKind == JsonValueKind.Number && json.TryGetInt64(out _),
        ShapeKind.Double => json.ValueKind == JsonValueKind.Number && double.IsFinite(json.GetDouble()),
        ShapeKind.Timestamp => json.ValueKind == JsonValueKind.Number && Math.Abs(json.GetDouble()) < 1e11,
        _ => json.ValueKind is JsonValueKind.True or JsonValueKind.False,
    };

    /// <summary>What constraints a request of the right kinds breaks; null for none.</summary>
    public static string? Check(ServiceShape shape, JsonElement json)
    {
        InputCheck check = new();
        check.Structure(shape, json, "");
        return check.faults.Count == 0
            ? null
            : $"{check.faults.Count} validation error{(check.faults.Count == 1 ? "" : "s")} detected: {string.Join("; ", check.faults)}";
    }

    private void Structure(ServiceShape shape, JsonElement json, string path)
    {
        foreach ((string name, ServiceShape member) in shape.Members)
        {
            string inner = path + (path.Length == 0 ? "" : ".") + char.ToLowerInvariant(name[0]) + name[1..];
            if (json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null)
            {
                Value(member, value, inner);
            }
            else if (shape.Required.Contains(name))
            {
                Add($"Value null at '{inner}' failed to satisfy constraint: Member must not be null");
            }
        }
    }

    private void Value(ServiceShape shape, JsonElement json, string path)
    {
        switch (shape.Kind)
        {
            case var _ when json.ValueKind == JsonValueKind.Null:
                Add($"Value null at '{path}' failed to satisfy constraint: Member must not be null");
                break;
            case ShapeKind.Structure:
                Structure(shape, json, path);
                break;
            case ShapeKind.List:
                Length(shape, json.GetArrayLength(), json.GetRawText(), path);
                int position = 0;
                foreach (JsonElement element in json.EnumerateArray())
                {
                    Value(shape.Element!, element, $"{path}.{++position}.member");
                }

                break;
            case ShapeKind.Map:
                Length(shape, json.EnumerateObject().Count(), json.GetRawText(), path);
                foreach (JsonProperty entry in json.EnumerateObject())
                {
                    Value(shape.Element!, entry.Value, $"{path}.{entry.Name}.member");
                }

                break;
            case ShapeKind.String when json.ValueKind == JsonValueKind.String:
                Text(shape, json.GetString()!, path);
                break;
            case ShapeKind.Integer or ShapeKind.Long or ShapeKind.Double when json.ValueKind == JsonValueKind.Number:
                Range(shape, json.GetDouble(), json.GetRawText(), path);
                break;
        }
    }

    private void Text(ServiceShape shape, string text, string path)
    {
        if (shape.Enum is not null && !shape.Enum.Contains(text))
        {
            Fail(text, path, $"Member must satisfy enum value set: [{string.Join(", ", shape.Enum)}]");
            return;
        }

        if (Length(shape, text.Length, text, path) && shape.Pattern is not null && !Matches(shape.Pattern, text))
        {
            Fail(text, path, "Member must satisfy regular expression pattern: " + shape.Pattern);
        }
    }

    private static bool Matches(string pattern, string text)
    {
        try
        {
            return Patterns.GetOrAdd(
                pattern, static source => new Regex($"^(?:{source})\\z", RegexOptions.CultureInvariant, MatchTime)).IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private bool Length(ServiceShape shape, int length, string echo, string path)
    {
        if (length < shape.Min)
        {
            Fail(echo, path, $"Member must have length greater than or equal to {Number(shape.Min.Value)}");
            return false;
        }

        if (length > shape.Max)
        {
            Fail(echo, path, $"Member must have length less than or equal to {Number(shape.Max.Value)}");
            return false;
        }

        return true;
    }

    private void Range(ServiceShape shape, double number, string echo, string path)
    {
        if (number < shape.Min)
        {
            Fail(echo, path, $"Member must have value greater than or equal to {Number(shape.Min.Value)}");
        }
        else if (number > shape.Max)
        {
            Fail(echo, path, $"Member must have value less than or equal to {Number(shape.Max.Value)}");
        }
    }

    private void Fail(string echo, string path, string constraint) => Add(
        $"Value '{(echo.Length <= MaxEchoChars ? echo : echo[..MaxEchoChars])}' at '{path}' failed to satisfy constraint: {constraint}");

    private void Add(string fault)
    {
        if (faults.Count < MaxFaults)
        {
            faults.Add(fault);
        }
    }

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);
}
