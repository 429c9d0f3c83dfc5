using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;

namespace DaxProxy.Engine.Formats;

/// <summary>
/// Records in the text of Amazon Ion: structures such as <c>{Item:{pk:"a"}}</c>, one after another or in a list. Each is made into
/// DynamoDB's JSON and read as that is, so that both formats have the same rules. Sources: DynamoDB's developer guide, "Amazon S3 import
/// formats for DynamoDB"; the specification of Ion 1.0, "Text encoding".
/// </summary>
/// <remarks>
/// What no attribute can hold is refused: symbols, timestamps, floats that are no numbers, clobs, s-expressions, tables of symbols. Behind
/// a fault of the text it is not known where the next record begins, so the object ends there.
/// </remarks>
internal sealed class IonReader : RecordReader
{
    /// <summary>Deeper than any item may be, and shallow enough for the stack.</summary>
    private const int MaxDepth = 100;

    /// <summary>More than any number of DynamoDB has.</summary>
    private const int MaxDigits = 600;

    private readonly TextSource source;
    private readonly string tableName;
    private readonly ValidationLayer layer;
    private readonly ArrayBufferWriter<byte> json = new();
    private readonly Utf8JsonWriter writer;
    private readonly StringBuilder text = new();
    private bool hasEnded;
    private bool isInList;
    private bool isBehindRecord;

    /// <summary>Begins to read.</summary>
    /// <param name="content">The object. Is disposed of with the reader.</param>
    /// <param name="tableName">The table that the items are for.</param>
    /// <param name="layer">Whose texts to use.</param>
    public IonReader(Stream content, string tableName, ValidationLayer layer)
    {
        source = new TextSource(content);
        writer = new Utf8JsonWriter(json, AttributeJson.WriterOptions);
        this.tableName = tableName;
        this.layer = layer;
    }

    public override ItemRecord? Read()
    {
        if (hasEnded)
        {
            return null;
        }

        source.BeginRecord();
        json.ResetWrittenCount();
        writer.Reset();
        long line = source.Line;
        try
        {
            SkipToRecord();
            line = source.Line;
            if (source.Peek() == TextSource.End)
            {
                hasEnded = true;
                return null;
            }

            ReadRecord();
            isBehindRecord = isInList;
            writer.Flush();
        }
        catch (Exception fault) when (fault is IonException or DecoderFallbackException or FormatException)
        {
            hasEnded = true;
            return new ItemRecord(
                line, null, source.IsTooLong ? TransferFaults.RecordTooLong : TransferFaults.NotOfFormat($"Ion: {fault.Message}"));
        }

        DynamoError? error = ItemRecordJson.TryRead(json.WrittenMemory, tableName, layer, out PutItem? put);
        return new ItemRecord(line, put, error);
    }

    public override void Dispose()
    {
        writer.Dispose();
        source.Dispose();
    }

    /// <summary>
    /// Steps over what stands between records: markers of the version, and a list that records stand in, as in the example of the
    /// service's documentation; lines have one record each by its words. Both are read.
    /// </summary>
    private void SkipToRecord()
    {
        while (true)
        {
            int next = SkipSpace();
            if (isInList && next == TextSource.End)
            {
                throw new IonException("The list of records has no end.");
            }

            if (isBehindRecord && next != ']')
            {
                Expect(',');
                isBehindRecord = false;
            }
            else if (isInList && next == ']')
            {
                source.Next();
                isInList = isBehindRecord = false;
            }
            else if (!isInList && next == '[')
            {
                source.Next();
                isInList = true;
            }
            else if (!isInList && next == '$')
            {
                if (ReadWord() != IonText.Version)
                {
                    throw new IonException("Only Ion 1.0 is read.");
                }
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>The structure around an item; what stands beside the item has the form that it has in a request.</summary>
    private void ReadRecord()
    {
        Expect('{');
        writer.WriteStartObject();
        ReadFields(name =>
        {
            if (name is "Item" or "ExpressionAttributeValues")
            {
                writer.WritePropertyName(name);
                ReadAttributes(0);
            }
            else if (name == "ConditionExpression")
            {
                writer.WriteString(name, ReadText());
            }
            else if (name == "ExpressionAttributeNames")
            {
                writer.WriteStartObject(name);
                Expect('{');
                ReadFields(reference => writer.WriteString(reference, ReadText()));
                writer.WriteEndObject();
            }
            else
            {
                // No member of a record, so it is passed over as in JSON.
                writer.WritePropertyName(name);
                ReadValue(0);
            }
        });
        writer.WriteEndObject();
    }

    private void ReadAttributes(int depth)
    {
        Expect('{');
        writer.WriteStartObject();
        ReadFields(name =>
        {
            writer.WritePropertyName(name);
            ReadValue(depth + 1);
        });
        writer.WriteEndObject();
    }

    /// <summary>Reads the fields of a structure behind its brace, and the brace at its end.</summary>
    private void ReadFields(Action<string> readField)
    {
        while (SkipSpace() != '}')
        {
            string name = source.Peek() switch
            {
                '"' => ReadQuoted('"'),
                '\'' => ReadQuotes(out _),
                _ => ReadWord(),
            };
            Expect(':');
            readField(name);
            if (SkipSpace() != '}')
            {
                Expect(',');
            }
        }

        source.Next();
    }

    private void ReadValue(int depth)
    {
        if (depth > MaxDepth)
        {
            throw new IonException("The record is nested too deep.");
        }

        AttributeType? set = null;
        while (true)
        {
            int first = SkipSpace();
            if (first is '\'' || IsWordStart(first))
            {
                bool isSymbol = true;
                string word = first == '\'' ? ReadQuotes(out isSymbol) : ReadWord();
                if (isSymbol && TryReadAnnotation())
                {
                    set = IonText.SetOf(word) ?? throw new IonException($"The annotation {word} says nothing of an attribute.");
                    continue;
                }

                WriteWord(word, isQuoted: first == '\'', isSymbol);
                return;
            }

            WriteOther(first, set, depth);
            return;
        }
    }

    private void WriteWord(string word, bool isQuoted, bool isSymbol)
    {
        writer.WriteStartObject();
        if (!isSymbol)
        {
            writer.WriteString("S"u8, word);
        }
        else if (!isQuoted && word is "true" or "false")
        {
            writer.WriteBoolean("BOOL"u8, word == "true");
        }
        else if (!isQuoted && (word == "null" || word.StartsWith("null.", StringComparison.Ordinal)))
        {
            writer.WriteBoolean("NULL"u8, true);
        }
        else
        {
            throw new IonException($"No attribute can hold the symbol {word}.");
        }

        writer.WriteEndObject();
    }

    private void WriteOther(int first, AttributeType? set, int depth)
    {
        writer.WriteStartObject();
        if (set is not null && first != '[')
        {
            throw new IonException("Only a list can be a set.");
        }

        switch (first)
        {
            case '"':
                writer.WriteString("S"u8, ReadQuoted('"'));
                break;
            case '[':
                WriteList(set, depth);
                break;
            case '{':
                source.Next();
                if (source.Peek() == '{')
                {
                    source.Next();
                    writer.WriteString("B"u8, ReadBlob());
                }
                else
                {
                    writer.WriteStartObject("M"u8);
                    ReadFields(name =>
                    {
                        writer.WritePropertyName(name);
                        ReadValue(depth + 1);
                    });
                    writer.WriteEndObject();
                }

                break;
            case '-' or (>= '0' and <= '9'):
                writer.WriteString("N"u8, ReadNumber());
                break;
            default:
                throw Unexpected(first);
        }

        writer.WriteEndObject();
    }

    private void WriteList(AttributeType? set, int depth)
    {
        Expect('[');
        writer.WriteStartArray(set?.ToString() ?? "L");
        while (SkipSpace() != ']')
        {
            if (set is null)
            {
                ReadValue(depth + 1);
            }
            else
            {
                writer.WriteStringValue(ReadMember(set.Value));
            }

            if (SkipSpace() != ']')
            {
                Expect(',');
            }
        }

        source.Next();
        writer.WriteEndArray();
    }

    /// <summary>A member of a set, as JSON has it.</summary>
    private string ReadMember(AttributeType set)
    {
        if (set == AttributeType.SS)
        {
            return ReadText();
        }

        if (set == AttributeType.NS)
        {
            return ReadNumber();
        }

        Expect('{');
        Expect('{');
        return ReadBlob();
    }

    /// <summary>A string of either form.</summary>
    private string ReadText()
    {
        int first = SkipSpace();
        if (first == '"')
        {
            return ReadQuoted('"');
        }

        string long3 = first == '\'' ? ReadQuotes(out bool isSymbol) : throw Unexpected(first);
        return isSymbol ? throw new IonException("A string was expected.") : long3;
    }

    /// <summary>A symbol in quotes, or a long string: parts in three quotes each.</summary>
    private string ReadQuotes(out bool isSymbol)
    {
        string symbol = ReadQuoted('\'');
        isSymbol = symbol.Length > 0 || source.Peek() != '\'';
        if (isSymbol)
        {
            return symbol;
        }

        StringBuilder whole = new();
        bool isPart = true;
        while (isPart)
        {
            source.Next();
            whole.Append(ReadLongPart());
            isPart = SkipSpace() == '\'';
            if (isPart && (ReadQuoted('\'').Length > 0 || source.Peek() != '\''))
            {
                throw new IonException("A symbol follows a string.");
            }
        }

        return whole.ToString();
    }

    /// <summary>A part of a long string behind its three quotes, and the three at its end.</summary>
    private string ReadLongPart()
    {
        text.Clear();
        int quotes = 0;
        while (quotes < 3)
        {
            int character = Take();
            quotes = character == '\'' ? quotes + 1 : 0;
            if (character == '\\')
            {
                AppendEscape();
            }
            else if (character == '\r')
            {
                // Any end of a line is one line feed.
                text.Append(source.Peek() == '\n' ? "" : "\n");
            }
            else
            {
                text.Append((char)character);
            }
        }

        text.Length -= 3;
        return Checked(text.ToString());
    }

    private string ReadQuoted(char quote)
    {
        source.Next();
        text.Clear();
        while (true)
        {
            int character = Take();
            if (character == quote)
            {
                return Checked(text.ToString());
            }

            if (character is '\n' or '\r')
            {
                throw new IonException("A line ends within quotes.");
            }

            if (character == '\\')
            {
                AppendEscape();
            }
            else
            {
                text.Append((char)character);
            }
        }
    }

    private void AppendEscape()
    {
        int character = Take();
        switch (character)
        {
            case 'x': text.Append((char)TakeHex(2)); break;
            case 'u': text.Append((char)TakeHex(4)); break;
            case 'U':
                int point = TakeHex(8);
                text.Append(Rune.IsValid(point) ? char.ConvertFromUtf32(point) : throw new IonException("An escape is no character."));
                break;
            case '\r':
                if (source.Peek() == '\n')
                {
                    source.Next();
                }

                break;
            case '\n': break;
            default:
                int at = "abtnfrv0\"'\\/?".IndexOf((char)character, StringComparison.Ordinal);
                text.Append(at < 0 ? throw new IonException("An escape is none of Ion's.") : "\a\b\t\n\f\r\v\0\"'\\/?"[at]);
                break;
        }
    }

    private int TakeHex(int digits)
    {
        long value = 0;
        for (int i = 0; i < digits; i++)
        {
            int digit = Take();
            value = (value * 16) + (char.IsAsciiHexDigit((char)digit) ? Convert.ToInt32(((char)digit).ToString(), 16)
                : throw new IonException("An escape has a digit that is none."));
        }

        return (int)Math.Min(value, int.MaxValue);
    }

    /// <summary>A blob behind its braces, and the braces at its end.</summary>
    private string ReadBlob()
    {
        text.Clear();
        while (SkipSpace(hasComments: false) is var character && character != '}')
        {
            text.Append(char.IsAsciiLetterOrDigit((char)character) || character is '+' or '/' or '='
                ? (char)Take()
                : throw Unexpected(character));
        }

        source.Next();
        if (source.Next() != '}')
        {
            throw new IonException("A blob has no end.");
        }

        string base64 = text.ToString();
        return Convert.TryFromBase64String(base64, new byte[base64.Length], out _)
            ? base64
            : throw new IonException("A blob is no base64.");
    }

    /// <summary>An integer, a decimal or a float, as DynamoDB writes numbers.</summary>
    private string ReadNumber()
    {
        SkipSpace();
        text.Clear();
        while (char.IsAsciiLetterOrDigit((char)Math.Max(source.Peek(), 0)) || source.Peek() is '-' or '+' or '.' or '_' or ':')
        {
            text.Append((char)Take());
        }

        string number = text.Replace("_", "").ToString();
        string digits = number.TrimStart('-');
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) || digits.StartsWith("0b", StringComparison.OrdinalIgnoreCase))
        {
            NumberStyles style = digits[1] is 'x' or 'X' ? NumberStyles.AllowHexSpecifier : NumberStyles.AllowBinarySpecifier;
            return digits.Length is > 2 and < MaxDigits
                && BigInteger.TryParse("0" + digits[2..], style, CultureInfo.InvariantCulture, out BigInteger value)
                ? (number.Length > digits.Length ? -value : value).ToString(CultureInfo.InvariantCulture)
                : throw new IonException($"{number} is no number.");
        }

        string plain = number.Replace('d', 'E').Replace('D', 'E');
        int point = plain.IndexOf('.', StringComparison.Ordinal);

        // A point may stand at the end of the digits.
        if (point >= 0 && (point == plain.Length - 1 || plain[point + 1] is 'E' or 'e'))
        {
            plain = plain.Remove(point, 1);
        }

        return Number.TryParse(plain.AsSpan(), out _) is not NumberFault.NotANumber
            ? plain
            : throw new IonException($"{number} is no number.");
    }

    /// <summary>A symbol without quotes.</summary>
    private string ReadWord()
    {
        if (!IsWordStart(source.Peek()))
        {
            throw Unexpected(source.Peek());
        }

        text.Clear();
        while (IsWordStart(source.Peek()) || source.Peek() is >= '0' and <= '9')
        {
            text.Append((char)Take());
        }

        // The type of a null.
        if (text.Equals("null") && source.Peek() == '.')
        {
            while (source.Peek() == '.' || IsWordStart(source.Peek()))
            {
                text.Append((char)Take());
            }
        }

        return text.ToString();
    }

    private bool TryReadAnnotation()
    {
        if (SkipSpace() != ':')
        {
            return false;
        }

        source.Next();
        return source.Next() == ':' ? true : throw new IonException("A colon stands alone.");
    }

    private static bool IsWordStart(int character) =>
        character >= 0 && (char.IsAsciiLetter((char)character) || character is '_' or '$');

    private void Expect(char expected)
    {
        int found = SkipSpace();
        if (found != expected)
        {
            throw Unexpected(found);
        }

        source.Next();
    }

    /// <summary>Skips white space and comments. Returns the next character without consuming it.</summary>
    private int SkipSpace(bool hasComments = true)
    {
        while (true)
        {
            int character = source.Peek();
            if (character is ' ' or '\t' or '\r' or '\n' or '\v' or '\f')
            {
                source.Next();
            }
            else if (character == '/' && hasComments)
            {
                source.Next();
                SkipComment();
            }
            else
            {
                return character;
            }
        }
    }

    private void SkipComment()
    {
        int kind = Take();
        if (kind == '/')
        {
            while (source.Peek() is not ('\n' or '\r' or TextSource.End))
            {
                source.Next();
            }
        }
        else if (kind == '*')
        {
            int last = 0;
            for (int next = Take(); last != '*' || next != '/'; next = Take())
            {
                last = next;
            }
        }
        else
        {
            throw Unexpected(kind);
        }
    }

    private int Take()
    {
        int character = source.Next();
        return character == TextSource.End || source.IsTooLong ? throw Unexpected(character) : character;
    }

    private static string Checked(string read)
    {
        for (int i = 0; i < read.Length; i++)
        {
            if (char.IsSurrogate(read[i]) && !(char.IsHighSurrogate(read[i]) && i + 1 < read.Length && char.IsLowSurrogate(read[++i])))
            {
                throw new IonException("A string has half a surrogate pair.");
            }
        }

        return read;
    }

    private static IonException Unexpected(int character) => new(
        character == TextSource.End ? "The text ends too early." : $"{(char)character} stands where it cannot.");
}
