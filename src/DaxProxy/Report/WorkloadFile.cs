using System.Globalization;
using System.Reflection;
using System.Text.Json;
using DaxProxy.Load;

namespace DaxProxy.Report;

/// <summary>
/// Reads a <see cref="Workload"/> from a file: a JSON object with members of that name, each of them optional; comments are allowed.
/// </summary>
internal static class WorkloadFile
{
    private static readonly JsonDocumentOptions Lenient =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 2, AllowDuplicateProperties = false };

    private static readonly PropertyInfo[] Members =
        [.. typeof(Workload).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(member => member.CanWrite)];

    /// <summary>The preset of this name, or what the file of this name says.</summary>
    /// <exception cref="ReportFault">There is neither, or the file says what cannot be.</exception>
    public static Workload Find(string name)
    {
        if (Workload.Presets.TryGetValue(name, out Workload? preset))
        {
            return preset;
        }

        try
        {
            return Read(name, File.ReadAllBytes(name));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReportFault(
                $"--workload {name}: cannot be read; name one of {string.Join(", ", Workload.Presets.Keys)}, "
                + "or a file that exists and is readable",
                fault);
        }
    }

    /// <summary>What a file says.</summary>
    /// <param name="name">Its name; also the workload's, unless it says another.</param>
    /// <param name="content">What is in it.</param>
    /// <exception cref="ReportFault">It says what cannot be.</exception>
    public static Workload Read(string name, ReadOnlyMemory<byte> content)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(content, Lenient);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new ReportFault($"--workload {name}: holds no JSON object; write one with the members of a workload");
            }

            Workload workload = new() { Name = Path.GetFileNameWithoutExtension(name) };
            foreach (JsonProperty given in document.RootElement.EnumerateObject())
            {
                Set(workload, name, given);
            }

            return workload.FindFault() is { } fault ? throw new ReportFault($"--workload {name}: {fault}") : workload;
        }
        catch (JsonException fault)
        {
            throw new ReportFault(
                $"--workload {name}: "
                + $"{(fault.LineNumber is { } line ? $"no JSON at line {line + 1}; mend it" : "names a member twice; keep one")}",
                fault);
        }
    }

    private static void Set(Workload workload, string name, JsonProperty given)
    {
        PropertyInfo member = Array.Find(Members, member => string.Equals(member.Name, given.Name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ReportFault(
                $"--workload {name}: {given.Name} is no member of a workload; "
                + $"remove it or use one of {string.Join(", ", Members.Select(member => member.Name))}");
        JsonElement value = given.Value;
        object? read = null;
        string wanted;
        if (member.PropertyType == typeof(int))
        {
            wanted = "a whole number";
            read = value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : null;
        }
        else if (member.PropertyType == typeof(double))
        {
            wanted = "a number";
            read = value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) ? number : null;
        }
        else if (member.PropertyType.IsEnum)
        {
            // A number would be taken for one of the names; so only names of letters are looked up.
            wanted = "one of " + string.Join(", ", Enum.GetNames(member.PropertyType));
            read = value.ValueKind == JsonValueKind.String && value.GetString()!.All(char.IsLetter)
                && Enum.TryParse(member.PropertyType, value.GetString(), ignoreCase: true, out object? found) ? found : null;
        }
        else
        {
            wanted = "a text";
            read = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }

        member.SetValue(
            workload,
            read ?? throw new ReportFault(string.Create(
                CultureInfo.InvariantCulture,
                $"--workload {name}: {member.Name} is {value.GetRawText().ReplaceLineEndings(" ")}; give {wanted}")));
    }
}
