using DaxProxy.Core.Compression;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Transfers;
using ZstdSharp;

namespace DaxProxy.Engine.Formats;

/// <summary>Which reader reads what.</summary>
internal static class RecordReaders
{
    /// <summary>Begins to read an object.</summary>
    /// <param name="content">Its bytes. Is disposed of with the reader.</param>
    /// <param name="input">How it is written.</param>
    /// <param name="tableName">The table that the items are for.</param>
    /// <param name="table">The table's definition, for formats that need it.</param>
    /// <param name="layer">Whose texts to use.</param>
    public static RecordReader Open(Stream content, TransferInput input, string tableName, CreateTable? table, ValidationLayer layer)
    {
        Stream plain = input.Compression switch
        {
            TransferCompression.GZIP => new GzipReader(content),
            TransferCompression.ZSTD => new DecompressionStream(content, leaveOpen: false),
            _ => content,
        };
        return input.Format switch
        {
            TransferFormat.CSV => new CsvReader(plain, input, table!, layer),
            TransferFormat.ION => new IonReader(plain, tableName, layer),
            _ => new JsonLinesReader(plain, tableName, layer),
        };
    }

    /// <summary>Whether an exception says that an object is not compressed as was said, or is cut off.</summary>
    public static bool IsDamage(Exception fault) => fault is InvalidDataException or ZstdException or EndOfStreamException;
}
