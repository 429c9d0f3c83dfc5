using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Engine.Backups;
using DaxProxy.Engine.Buckets;
using DaxProxy.Engine.Formats;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Exports;

/// <summary>One file of items of an export, compressed by gzip.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class ExportFile : IDisposable
{
    private const int BufferBytes = 1 << 16;

    /// <summary>Nothing, compressed by gzip, which .NET makes no bytes of and no other program reads then.</summary>
    private static readonly byte[] Nothing = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly IBucketWriter target;
    private readonly DigestStream digested;
    private readonly GZipStream compressed;
    private readonly BufferedStream content;
    private readonly TransferFormat format;
    private readonly KeySchema keySchema;
    private readonly StringBuilder text = new();

    /// <summary>Begins a file.</summary>
    /// <param name="buckets">The buckets.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="folder">What its key begins with.</param>
    /// <param name="format">How items are written.</param>
    /// <param name="keySchema">The key of the table.</param>
    public ExportFile(IBucketStore buckets, string bucket, string folder, TransferFormat format, KeySchema keySchema)
    {
        this.keySchema = keySchema;
        this.format = format;
        Key = $"{folder}/{NewName()}.{(format == TransferFormat.ION ? "ion" : "json")}.gz";
        target = buckets.Create(bucket, Key);
        digested = new DigestStream(target.Content);
        compressed = new GZipStream(digested, CompressionLevel.Fastest, leaveOpen: true);
        content = new BufferedStream(compressed, BufferBytes);
    }

    /// <summary>Its key.</summary>
    public string Key { get; }

    /// <summary>Items in it.</summary>
    public long Items { get; private set; }

    /// <summary>MD5 of its bytes; there once it is committed.</summary>
    public byte[] Md5 { get; private set; } = [];

    /// <summary>Adds an item.</summary>
    public void Add(Item item)
    {
        if (format == TransferFormat.ION)
        {
            text.Clear();
            IonText.WriteItem(text, item.Open());
            WriteText();
        }
        else
        {
            // The body of an answer of GetItem is what a line of an export is.
            content.Write(item.GetItemBody.Span);
        }

        EndLine();
    }

    /// <summary>Adds what became of an item.</summary>
    public void Add(ItemChange change, ExportView view)
    {
        Item? updated = change.New?.Item, old = view == ExportView.NEW_IMAGE ? null : change.Old?.Item;
        AttributeMap attributes = (change.New ?? change.Old)!.Item.Open(), keys = [];
        foreach (string name in keySchema.Names)
        {
            keys.Add(name, attributes[name]);
        }

        long written = ItemHistory.MicrosecondsOf(change.Stamp);
        text.Clear();
        if (format == TransferFormat.ION)
        {
            IonText.WriteChange(text, written, keys, updated?.Open(), old?.Open());
            WriteText();
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"{{\"Metadata\":{{\"WriteTimestampMicros\":{{\"N\":\"{written}\"}}}}");
            WriteText();
            WriteImage(",\"Keys\":"u8, Item.FromAttributes(keys));
            WriteImage(",\"NewImage\":"u8, updated);
            WriteImage(",\"OldImage\":"u8, old);
            content.WriteByte((byte)'}');
        }

        EndLine();
    }

    /// <summary>Puts the file in its place.</summary>
    public void Commit()
    {
        content.Flush();
        compressed.Dispose();
        if (Items == 0)
        {
            digested.Write(Nothing);
        }

        Md5 = digested.Digest();
        target.Commit();
    }

    public void Dispose()
    {
        content.Dispose();
        compressed.Dispose();
        digested.Dispose();
        target.Dispose();
    }

    private void WriteImage(ReadOnlySpan<byte> member, Item? item)
    {
        if (item is not null)
        {
            content.Write(member);
            content.Write(item.Json.Span);
        }
    }

    private void WriteText() => content.Write(Encoding.UTF8.GetBytes(text.ToString()));

    private void EndLine()
    {
        content.WriteByte((byte)'\n');
        Items++;
    }

    /// <summary>Twenty-six letters and digits, as the service names such files.</summary>
    private static string NewName() => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz234567", 26);
}
