using System.Text;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Formats;

/// <summary>
/// Records as lines of values: RFC 4180 with a delimiter of choice. All values are strings but those of attributes that keys use, which
/// have the type that the table defines for them. Source: DynamoDB's developer guide, "Amazon S3 import formats".
/// </summary>
/// <remarks>A value that is missing in the middle of a line is an empty string.</remarks>
internal sealed class CsvReader : RecordReader
{
    private readonly TextSource source;
    private readonly TransferInput input;
    private readonly string tableName;
    private readonly ValidationLayer layer;
    private readonly Dictionary<string, AttributeType> types = new(StringComparer.Ordinal);
    private readonly StringBuilder value = new();
    private readonly List<string> values = [];
    private IReadOnlyList<string>? header;
    private bool hasEnded;

    /// <summary>Begins to read.</summary>
    /// <param name="content">The object. Is disposed of with the reader.</param>
    /// <param name="input">What parts the values, and their names.</param>
    /// <param name="table">The definition of the table that the items are for.</param>
    /// <param name="layer">Whose texts to use.</param>
    public CsvReader(Stream content, TransferInput input, CreateTable table, ValidationLayer layer)
    {
        source = new TextSource(content);
        this.input = input;
        this.layer = layer;
        tableName = table.TableName;
        header = input.Header;
        foreach (AttributeDefinition definition in table.AttributeDefinitions)
        {
            types[definition.AttributeName] = Enum.Parse<AttributeType>(definition.AttributeType);
        }
    }

    public override ItemRecord? Read()
    {
        while (!hasEnded)
        {
            source.BeginRecord();
            long line = source.Line;
            try
            {
                if (!TryReadLine())
                {
                    hasEnded = true;
                    return Stop(line, source.IsTooLong ? TransferFaults.RecordTooLong : TransferFaults.NotOfFormat("CSV"));
                }
            }
            catch (DecoderFallbackException)
            {
                hasEnded = true;
                return Stop(line, TransferFaults.NotOfFormat("CSV"));
            }

            if (values is not [""])
            {
                if (header is not null)
                {
                    return Convert(line);
                }

                header = [.. values];
            }
        }

        return null;
    }

    public override void Dispose() => source.Dispose();

    private static ItemRecord Stop(long line, DynamoError error) => new(line, null, error);

    private ItemRecord Convert(long line)
    {
        if (values.Count != header!.Count)
        {
            return Stop(line, TransferFaults.WrongNumberOfValues(values.Count, header.Count));
        }

        AttributeMap item = [];
        for (int i = 0; i < values.Count; i++)
        {
            if (TryConvert(header[i], values[i], out AttributeValue? converted) is { } fault)
            {
                return Stop(line, DynamoError.Validation(fault));
            }

            item[header[i]] = converted!;
        }

        PutItem put = new() { TableName = tableName, Item = item };
        DynamoError? error = put.Validate(layer);
        return new ItemRecord(line, error is null ? put : null, error);
    }

    private string? TryConvert(string name, string text, out AttributeValue? converted)
    {
        converted = null;
        if (name.Length == 0)
        {
            return ValueFaults.EmptyName;
        }

        switch (types.GetValueOrDefault(name, AttributeType.S))
        {
            case AttributeType.N:
                NumberFault fault = Number.TryParse(text.AsSpan(), out Number number);
                converted = AttributeValue.FromNumber(number);
                return fault == NumberFault.None ? null : ValueFaults.Number(fault, text, layer);
            case AttributeType.B:
                byte[] bytes = new byte[text.Length];
                if (!System.Convert.TryFromBase64String(text, bytes, out int length))
                {
                    return TransferFaults.NotOfFormat("base64").Message;
                }

                converted = AttributeValue.FromBinary(bytes[..length]);
                return null;
            default:
                converted = AttributeValue.FromString(text);
                return null;
        }
    }

    /// <summary>Reads the values of the next line. False when a quotation does not end as it should, or the line is too long.</summary>
    private bool TryReadLine()
    {
        values.Clear();
        while (TryReadValue())
        {
            values.Add(value.ToString());
            int end = source.Next();
            if (end == input.Delimiter)
            {
                continue;
            }

            if (end == '\r' && source.Peek() == '\n')
            {
                source.Next();
            }

            hasEnded = source.Peek() == TextSource.End;
            return true;
        }

        return false;
    }

    /// <summary>Reads a value up to what ends it.</summary>
    private bool TryReadValue()
    {
        value.Clear();
        if (source.Peek() == '"')
        {
            source.Next();
            while (true)
            {
                int character = source.Next();
                if (character == TextSource.End || source.IsTooLong)
                {
                    return false;
                }

                if (character == '"')
                {
                    if (source.Peek() != '"')
                    {
                        return EndsValue(source.Peek());
                    }

                    source.Next();
                }

                value.Append((char)character);
            }
        }

        while (!EndsValue(source.Peek()))
        {
            value.Append((char)source.Next());
            if (source.IsTooLong)
            {
                return false;
            }
        }

        return true;
    }

    private bool EndsValue(int character) => character == input.Delimiter || character is '\r' or '\n' or TextSource.End;
}
