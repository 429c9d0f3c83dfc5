using System.IO.Compression;
using System.Text.Json.Nodes;

namespace DaxProxy.Tests.Engine.Buckets;

/// <summary>What an export has written, whose description is given.</summary>
internal static class ExportedFiles
{
    public static JsonNode Summary(BucketFolder buckets, JsonNode export) =>
        JsonNode.Parse(buckets.Read((string?)export["ExportManifest"] ?? throw new InvalidOperationException(export.ToJsonString()))!)!;

    /// <summary>The lines of all files, as the manifests list them.</summary>
    public static IEnumerable<string> Lines(BucketFolder buckets, JsonNode export)
    {
        string files = buckets.Read((string)Summary(buckets, export)["manifestFilesS3Key"]!)!;
        foreach (string file in files.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using FileStream bytes = File.OpenRead(buckets.PathOf((string)JsonNode.Parse(file)!["dataFileS3Key"]!));
            using StreamReader reader = new(new GZipStream(bytes, CompressionMode.Decompress));
            while (reader.ReadLine() is { } line)
            {
                yield return line;
            }
        }
    }
}
