using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace DaxProxy.Conformance.Remote;

/// <summary>An answer as it goes over the wire, in its own bytes. Immutable.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body.</param>
/// <param name="Checksum">The value of <c>x-amz-crc32</c>; null for none.</param>
internal sealed record LinkAnswer(int Status, byte[] Body, string? Checksum = null)
{
    /// <summary>The value of <c>Date</c>; null for none.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>How the body is packed.</summary>
    public string Coding { get; init; } = "identity";

    /// <summary>A refusal in the service's form.</summary>
    public static LinkAnswer Error(int status, string type, string message) =>
        new(status, Encoding.UTF8.GetBytes($$"""{"__type":"{{type}}","message":"{{message}}"}"""));

    /// <summary>The same, compressed.</summary>
    public LinkAnswer Packed()
    {
        using MemoryStream packed = new();
        using (GZipStream packer = new(packed, CompressionMode.Compress))
        {
            packer.Write(Body);
        }

        byte[] bytes = packed.ToArray();
        return new LinkAnswer(Status, bytes, $"{Crc32.HashToUInt32(bytes)}") { Coding = "gzip" };
    }

    /// <summary>The same with one bit turned over; still the same length, perhaps still JSON.</summary>
    public LinkAnswer Damaged()
    {
        byte[] bytes = [.. Body];
        bytes[bytes.Length / 2] ^= 1;
        return this with { Body = bytes };
    }

    /// <summary>The bytes on the wire.</summary>
    public byte[] ToBytes()
    {
        StringBuilder head = new();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {Status} X\r\nContent-Type: application/x-amz-json-1.0\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {Body.Length}\r\nContent-Encoding: {Coding}\r\n");
        head.Append(Checksum is null ? "" : $"x-amz-crc32: {Checksum}\r\n").Append(Date is null ? "" : $"Date: {Date:R}\r\n")
            .Append("\r\n");
        return [.. Encoding.ASCII.GetBytes(head.ToString()), .. Body];
    }
}
