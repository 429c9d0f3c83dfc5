using System.Buffers;
using System.Text.Json;
using DaxProxy.Options;

namespace DaxProxy.Frontends.Admin;

/// <summary>The body of <c>/api/config</c>: every option as <c>daxproxy config print</c> shows it; secrets masked.</summary>
internal static class Configuration
{
    /// <summary>Writes it: sections of options; in <c>Tables</c>, rules of options that are set.</summary>
    public static byte[] Write(ProxyOptions options)
    {
        ArrayBufferWriter<byte> output = new();
        using Utf8JsonWriter writer = new(output, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        foreach (IGrouping<string, OptionKey> section in OptionKey.All.Where(key => !key.IsPerTable).GroupBy(key => key.Section))
        {
            writer.WriteStartObject(section.Key);
            foreach (OptionKey key in section)
            {
                writer.WriteString(key.Name, key.Show(options, null));
            }

            writer.WriteEndObject();
        }

        writer.WriteStartObject(nameof(ProxyOptions.Tables));
        foreach (string table in options.Tables.Keys.Order(StringComparer.Ordinal))
        {
            writer.WriteStartObject(table);
            foreach (OptionKey key in OptionKey.All.Where(key => key.IsPerTable && key.Show(options, table) is not null))
            {
                writer.WriteString(key.Name, key.Show(options, table));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }
}
