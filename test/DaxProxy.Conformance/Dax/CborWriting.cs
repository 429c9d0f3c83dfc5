using System.Formats.Cbor;

namespace DaxProxy.Conformance.Dax;

/// <summary>Writing of what occurs often.</summary>
internal static class CborWriting
{
    /// <summary>A whole array of texts.</summary>
    public static void WriteTexts(this CborWriter writer, params string[] texts)
    {
        writer.WriteStartArray(texts.Length);
        Array.ForEach(texts, writer.WriteTextString);
        writer.WriteEndArray();
    }
}
