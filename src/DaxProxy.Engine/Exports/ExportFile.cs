using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Engine.Buckets;
using DaxProxy.Engine.Formats;

namespace DaxProxy.Engine.Exports;

/// <summary>One file of items of an export, compressed by gzip.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class ExportFile : IDisposable
{
    private const int BufferBytes = 1 << 16;

    /// <summary>Nothing, compressed by gzip, which .NET makes no bytes of and no other program reads then.</summary>
    private static readonly byte[] Nothing = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly BucketWriter target;
    private readonly DigestStream digested;
    private readonly GZipStream compressed;
    private readonly BufferedStream content;
    private readonly TransferFormat format;
    private readonly StringBuilder text = new();

    /// <summary>Begins a file.</summary>
    /// <param name="buckets">The buckets.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="folder">What its key begins with.</param>
    /// <param name="format">How items are written.</param>
    public ExportFile(BucketStore buckets, string bucket, string folder, TransferFormat format)
    {
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
            content.Write(Encoding.UTF8.GetBytes(text.ToString()));
        }
        else
        {
            // The body of an answer of GetItem is what a line of an export is.
            content.Write(item.GetItemBody.Span);
        }

        content.WriteByte((byte)'\n');
        Items++;
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

    /// <summary>Twenty-six letters and digits, as the service names such files.</summary>
    private static string NewName() => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz234567", 26);
}
