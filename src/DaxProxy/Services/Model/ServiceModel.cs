using System.Collections.Frozen;
using System.Text.Json;

namespace DaxProxy.Services.Model;

/// <summary>
/// The request side of one service's official model: its operations, and the input of each that is answered here. Read from
/// <c>service-shapes.json</c>, an excerpt of the models that AWS publishes with its SDKs (see NOTICE).
/// </summary>
/// <remarks>Immutable.</remarks>
internal sealed class ServiceModel
{
    private static readonly Lazy<FrozenDictionary<string, ServiceModel>> Known = new(Load);

    private ServiceModel(string name, string target, FrozenDictionary<string, ServiceShape?> operations) =>
        (Name, Target, Operations) = (name, target, operations);

    /// <summary>Application Auto Scaling.</summary>
    public static ServiceModel AutoScaling => Known.Value["application-autoscaling"];

    /// <summary>CloudWatch, as far as it is about metrics and alarms.</summary>
    public static ServiceModel CloudWatch => Known.Value["cloudwatch"];

    /// <summary>The control plane of DynamoDB Accelerator.</summary>
    public static ServiceModel Dax => Known.Value["dax"];

    /// <summary>The service as policies call it: <c>cloudwatch</c>.</summary>
    public string Name { get; }

    /// <summary>What stands in front of an operation in <c>X-Amz-Target</c>.</summary>
    public string Target { get; }

    /// <summary>The input of each operation of the service; null for one that is not answered here.</summary>
    public FrozenDictionary<string, ServiceShape?> Operations { get; }

    private static FrozenDictionary<string, ServiceModel> Load()
    {
        using Stream stream = typeof(ServiceModel).Assembly.GetManifestResourceStream("service-shapes.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return document.RootElement.EnumerateObject().ToFrozenDictionary(service => service.Name, Load, StringComparer.Ordinal);
    }

    private static ServiceModel Load(JsonProperty service)
    {
        JsonElement descriptions = service.Value.GetProperty("shapes");
        Dictionary<string, ServiceShape> shapes = descriptions.EnumerateObject().ToDictionary(
            description => description.Name, description => Create(description.Value), StringComparer.Ordinal);
        foreach (JsonProperty description in descriptions.EnumerateObject())
        {
            Connect(shapes[description.Name], description.Value, shapes);
        }

        return new ServiceModel(
            service.Name,
            service.Value.GetProperty("target").GetString()!,
            service.Value.GetProperty("operations").EnumerateObject().ToFrozenDictionary(
                operation => operation.Name,
                operation => operation.Value.GetString() is { } input ? shapes[input] : null,
                StringComparer.Ordinal));
    }

    private static ServiceShape Create(JsonElement description) => new()
    {
        Kind = Enum.Parse<ShapeKind>(description.GetProperty("type").GetString()!, ignoreCase: true),
        Required = Strings(description, "required") ?? [],
        Min = Number(description, "min"),
        Max = Number(description, "max"),
        Pattern = description.TryGetProperty("pattern", out JsonElement pattern) ? pattern.GetString() : null,
        Enum = Strings(description, "enum"),
    };

    private static void Connect(ServiceShape shape, JsonElement description, Dictionary<string, ServiceShape> shapes)
    {
        if (description.TryGetProperty("members", out JsonElement members))
        {
            foreach (JsonProperty member in members.EnumerateObject())
            {
                shape.Members.Add(member.Name, shapes[member.Value.GetString()!]);
            }
        }

        foreach (string part in (string[])["member", "value"])
        {
            if (description.TryGetProperty(part, out JsonElement element))
            {
                shape.Element = shapes[element.GetString()!];
            }
        }
    }

    private static string[]? Strings(JsonElement description, string property) =>
        description.TryGetProperty(property, out JsonElement list) ? [.. list.EnumerateArray().Select(text => text.GetString()!)] : null;

    private static double? Number(JsonElement description, string property) =>
        description.TryGetProperty(property, out JsonElement number) ? number.GetDouble() : null;
}
