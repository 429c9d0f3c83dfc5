using System.Globalization;
using System.Text;
using DaxProxy.Core.Items;

namespace DaxProxy.Engine.Formats;

/// <summary>
/// Attribute values in the text of Amazon Ion, as DynamoDB exports write them and imports read them. Sources: DynamoDB's developer guide,
/// "Amazon Ion" (which types stand for which); the specification of Ion 1.0, "Text encoding".
/// </summary>
internal static class IonText
{
    /// <summary>What each line of an export begins with.</summary>
    public const string Version = "$ion_1_0";

    /// <summary>What marks a list as a set: <c>$dynamodb_SS</c>.</summary>
    private const string Sets = "$dynamodb_";

    /// <summary>The type of set that an annotation stands for; null for any other annotation.</summary>
    public static AttributeType? SetOf(string annotation) => annotation switch
    {
        Sets + "SS" => AttributeType.SS,
        Sets + "NS" => AttributeType.NS,
        Sets + "BS" => AttributeType.BS,
        _ => null,
    };

    /// <summary>Writes a record of an export without the end of its line: <c>$ion_1_0 {Item:{pk:"a"}}</c>.</summary>
    public static void WriteItem(StringBuilder text, AttributeMap item)
    {
        text.Append(Version).Append(" {Item:");
        WriteMap(text, item);
        text.Append('}');
    }

    /// <summary>
    /// Writes a record of an export of changes, without the end of its line:
    /// <c>$ion_1_0 {Record:{Metadata:{WriteTimestampMicros:1.},Keys:{pk:"a"},NewImage:{pk:"a"}}}</c>.
    /// </summary>
    public static void WriteChange(
        StringBuilder text, long writtenMicroseconds, AttributeMap keys, AttributeMap? updated, AttributeMap? old)
    {
        text.Append(Version)
            .Append(CultureInfo.InvariantCulture, $" {{Record:{{Metadata:{{WriteTimestampMicros:{writtenMicroseconds}.}},Keys:");
        WriteMap(text, keys);
        WriteImage(text, "NewImage", updated);
        WriteImage(text, "OldImage", old);
        text.Append("}}");
    }

    private static void WriteImage(StringBuilder text, string name, AttributeMap? item)
    {
        if (item is not null)
        {
            text.Append(',').Append(name).Append(':');
            WriteMap(text, item);
        }
    }

    private static void WriteMap(StringBuilder text, AttributeMap map)
    {
        text.Append('{');
        string between = "";
        foreach ((string name, AttributeValue value) in map)
        {
            text.Append(between);
            WriteSymbol(text, name);
            text.Append(':');
            WriteValue(text, value);
            between = ",";
        }

        text.Append('}');
    }

    private static void WriteValue(StringBuilder text, AttributeValue value)
    {
        switch (value.Type)
        {
            case AttributeType.S:
                WriteQuoted(text, value.String, '"');
                break;
            case AttributeType.N:
                WriteNumber(text, value.Number);
                break;
            case AttributeType.B:
                text.Append("{{").Append(Convert.ToBase64String(value.Binary.Span)).Append("}}");
                break;
            case AttributeType.BOOL:
                text.Append(value.Bool ? "true" : "false");
                break;
            case AttributeType.NULL:
                text.Append("null");
                break;
            case AttributeType.M:
                WriteMap(text, value.Map);
                break;
            default:
                if (value.IsSet)
                {
                    text.Append(Sets).Append(value.Type).Append("::");
                }

                text.Append('[');
                for (int i = 0; i < value.Elements.Count; i++)
                {
                    text.Append(i == 0 ? "" : ",");
                    WriteValue(text, value.Elements[i]);
                }

                text.Append(']');
                break;
        }
    }

    /// <summary>A decimal: with a point, or with d for ten to the power of.</summary>
    private static void WriteNumber(StringBuilder text, Number number)
    {
        string digits = number.ToString();
        int exponent = digits.AsSpan().IndexOfAny('E', 'e');
        if (exponent >= 0)
        {
            text.Append(digits, 0, exponent).Append('d').Append(digits.AsSpan(exponent + 1).TrimStart('+'));
        }
        else
        {
            text.Append(digits).Append(digits.Contains('.', StringComparison.Ordinal) ? "" : ".");
        }
    }

    private static void WriteSymbol(StringBuilder text, string name)
    {
        if (IsPlainSymbol(name))
        {
            text.Append(name);
        }
        else
        {
            WriteQuoted(text, name, '\'');
        }
    }

    /// <summary>Whether a name needs no quotes: an identifier that is no word of the language and no number of a symbol.</summary>
    private static bool IsPlainSymbol(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name[0] != '$'
        && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '$')
        && name is not ("null" or "true" or "false" or "nan");

    private static void WriteQuoted(StringBuilder text, string content, char quote)
    {
        text.Append(quote);
        foreach (char character in content)
        {
            if (character == quote || character == '\\')
            {
                text.Append('\\').Append(character);
            }
            else if (character < ' ' || character == '\u007f')
            {
                text.Append(character switch
                {
                    '\n' => "\\n",
                    '\r' => "\\r",
                    '\t' => "\\t",
                    _ => "\\x" + ((int)character).ToString("x2", CultureInfo.InvariantCulture),
                });
            }
            else
            {
                text.Append(character);
            }
        }

        text.Append(quote);
    }
}
