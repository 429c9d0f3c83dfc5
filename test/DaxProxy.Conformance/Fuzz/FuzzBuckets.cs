using System.IO.Compression;
using System.Text;

namespace DaxProxy.Conformance.Fuzz;

/// <summary>A folder of buckets whose objects imports and bulk puts find: of each format, good ones and damaged ones.</summary>
internal sealed class FuzzBuckets : IDisposable
{
    /// <summary>What the keys of objects begin with.</summary>
    public static readonly string[] Prefixes = ["csv", "json", "ion", "gzip", "zstd", "c", "", "none", "../", "json/1"];

    private static readonly (string Kind, string Content)[] Kinds =
    [
        ("csv", "pk;a\na;1\n\"b;\";\"2\"\"\"\n"),
        ("json", "{\"Item\":{\"pk\":{\"S\":\"a\"},\"l\":{\"L\":[{\"N\":\"1.5\"}]}}}\n{\"Item\":{\"pk\":{\"S\":\"b\"},\"sk\":{\"N\":\"1\"}}}"),
        ("ion", "$ion_1_0 {Item:{pk:\"a\",s:$dynamodb_SS::[\"a\",\"b\"],b:{{AQI=}},n:1.5}}\n{Item:{pk:'''b''',l:[1d3,null,true]}}"),
    ];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("daxproxy-fuzz-");

    /// <summary>Makes the objects.</summary>
    public FuzzBuckets(Random random)
    {
        foreach ((string kind, string content) in Kinds)
        {
            byte[] plain = Encoding.UTF8.GetBytes(content), gzip = Gzip(plain);
            for (int number = 0; number < 12; number++)
            {
                Put($"{kind}/{number}", number == 0 ? plain : Mutation.OfBytes(random, plain));
                Put($"gzip/{kind}-{number}", number == 0 ? gzip : Mutation.OfBytes(random, gzip));
                Put($"zstd/{kind}-{number}", Mutation.OfBytes(random, [0x28, 0xb5, 0x2f, 0xfd, 0, 0x58, (byte)(plain.Length << 3), 0, 0, .. plain]));
            }
        }
    }

    /// <summary>The folder.</summary>
    public string Path => folder.FullName;

    public void Dispose() => folder.Delete(recursive: true);

    private static byte[] Gzip(byte[] plain)
    {
        using MemoryStream packed = new();
        using (GZipStream packer = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            packer.Write(plain);
        }

        return packed.ToArray();
    }

    private void Put(string key, byte[] content)
    {
        string file = System.IO.Path.Combine(Path, "bucket", key);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
    }
}
