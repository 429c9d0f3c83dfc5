using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;

namespace DaxProxy.Engine.Formats;

/// <summary>Records in DynamoDB's JSON, one on each line.</summary>
/// <param name="content">The object. Is disposed of with the reader.</param>
/// <param name="tableName">The table that the items are for.</param>
/// <param name="layer">Whose texts to use.</param>
internal sealed class JsonLinesReader(Stream content, string tableName, ValidationLayer layer) : RecordReader
{
    private const int FirstBufferBytes = 1 << 16;

    private byte[] buffer = new byte[FirstBufferBytes];
    private int start;
    private int end;
    private long line;
    private bool hasEnded;

    public override ItemRecord? Read()
    {
        while (TryReadLine(out ReadOnlyMemory<byte> text, out bool isTooLong))
        {
            line++;
            if (isTooLong)
            {
                return new ItemRecord(line, null, TransferFaults.RecordTooLong);
            }

            if (!text.Span.Trim(" \t\r"u8).IsEmpty)
            {
                DynamoError? error = ItemRecordJson.TryRead(text, tableName, layer, out PutItem? put);
                return new ItemRecord(line, put, error);
            }
        }

        return null;
    }

    public override void Dispose() => content.Dispose();

    /// <summary>The next line without its end; valid until the next call. Of one that is too long nothing is kept.</summary>
    private bool TryReadLine(out ReadOnlyMemory<byte> text, out bool isTooLong)
    {
        isTooLong = false;
        int searched = 0;
        while (true)
        {
            int found = buffer.AsSpan((start + searched)..end).IndexOf((byte)'\n');
            if (found >= 0 || hasEnded)
            {
                int length = found >= 0 ? searched + found : end - start;
                text = buffer.AsMemory(start, length);
                bool isThere = found >= 0 || length > 0 || isTooLong;
                isTooLong |= length > MaxRecordBytes;
                start += length + (found >= 0 ? 1 : 0);
                return isThere;
            }

            searched = end - start;
            if (searched > MaxRecordBytes)
            {
                isTooLong = true;
                start = end;
                searched = 0;
            }

            Fill();
        }
    }

    private void Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start..end).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        int read = content.Read(buffer, end, buffer.Length - end);
        end += read;
        hasEnded = read == 0;
    }
}
