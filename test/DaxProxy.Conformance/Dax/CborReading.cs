using System.Formats.Cbor;

namespace DaxProxy.Conformance.Dax;

/// <summary>Reading of data items that follow each other.</summary>
internal static class CborReading
{
    /// <summary>Steps over so many whole data items.</summary>
    public static void SkipItems(this CborReader reader, int items)
    {
        for (int item = 0; item < items; item++)
        {
            reader.SkipValue();
        }
    }
}
