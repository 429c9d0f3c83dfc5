using System.Text.Json;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;

namespace DaxProxy.Tests.Wire.Dax;

/// <summary>One recorded message, value or expression.</summary>
internal sealed class DaxVector(JsonElement json)
{
    public JsonElement Json { get; } = json;

    public string Name { get; } = json.GetProperty("name").GetString()!;

    public byte[] Bytes { get; } = Convert.FromHexString(json.GetProperty("hex").GetString()!);

    /// <summary>The session whose numbers of attribute lists it uses.</summary>
    public string Session =>
        Name.StartsWith("js1.minimal", StringComparison.Ordinal) ? "js1.minimal" : Name[..Name.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>The method of a request.</summary>
    public DaxMethod Method
    {
        get
        {
            CborReader reader = new(Bytes);
            reader.Skip();
            return DaxMethod.Find(reader.ReadInt32())!;
        }
    }

    /// <summary>The answer to a request; null where none was recorded.</summary>
    public DaxVector? Answer => Name.EndsWith(".request", StringComparison.Ordinal)
        ? DaxVectors.All.FirstOrDefault(vector => vector.Name == Name[..^"request".Length] + "response")
        : null;

    public override string ToString() => Name;
}
