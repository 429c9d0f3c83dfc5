using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace DaxProxy.Conformance.Compared;

/// <summary>An answer as it came over the wire, without the headers that every answer has of its own.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">Names and values, in the order of the names.</param>
/// <param name="Body">The body as it was sent.</param>
/// <param name="CacheStatus">What a cache did; null when the answer does not say.</param>
internal sealed record Answer(int Status, string[] Headers, byte[] Body, string? CacheStatus)
{
    private const string Checksum = "x-amz-crc32";
    private static readonly string[] Own = ["x-amzn-RequestId", "Date", "Cache-Status"];

    /// <summary>The body, unpacked.</summary>
    public string Text { get; } = Unpack(Headers, Body);

    /// <summary>The headers without those that follow from the body.</summary>
    public IEnumerable<string> HeadersOfItsOwn =>
        Headers.Where(header => !header.StartsWith(Checksum, StringComparison.OrdinalIgnoreCase) && !header.StartsWith(
            "Content-Length", StringComparison.Ordinal));

    /// <summary>Whether the headers that follow from the body are right.</summary>
    public bool IsSound =>
        Headers.All(header => !header.StartsWith(Checksum, StringComparison.OrdinalIgnoreCase) || header.EndsWith(
            $" {Crc32.HashToUInt32(Body)}", StringComparison.Ordinal));

    /// <summary>Reads an answer, which stays the caller's.</summary>
    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        return new(
            (int)response.StatusCode,
            [
                .. response.Headers.Concat(response.Content.Headers)
                    .Where(header => !Own.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
                    .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order(StringComparer.OrdinalIgnoreCase),
            ],
            body,
            response.Headers.TryGetValues("Cache-Status", out IEnumerable<string>? status) ? status.Single() : null);
    }

    private static string Unpack(string[] headers, byte[] body)
    {
        if (!headers.Contains("Content-Encoding: gzip"))
        {
            return Encoding.UTF8.GetString(body);
        }

        using StreamReader unpacked = new(new GZipStream(new MemoryStream(body), CompressionMode.Decompress), Encoding.UTF8);
        return unpacked.ReadToEnd();
    }
}
