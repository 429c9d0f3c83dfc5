using System.Diagnostics;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace DaxProxy.Conformance.Clients;

/// <summary>A server that speaks S3 and is none of ours (npm's s3rver), in a process of its own, with one bucket.</summary>
internal sealed class S3Server : IDisposable
{
    public const string Bucket = "bucket";

    private static readonly Lazy<(string Folder, string? Fault)> Packages = new(
        () => ClientProcess.InstallPackages(Path.Combine(ClientProcess.Scripts, "s3"), "clients-s3"));

    private readonly DirectoryInfo folder;
    private readonly Process process;
    private readonly AmazonS3Client client;

    private S3Server(DirectoryInfo folder, Process process, int port)
    {
        this.folder = folder;
        this.process = process;
        EndPoint = $"http://127.0.0.1:{port}";
        client = new AmazonS3Client(Credentials, new AmazonS3Config
        {
            ServiceURL = EndPoint,
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });
    }

    /// <summary>Why there can be none here; null where there can be.</summary>
    public static string? Fault => Packages.Value.Fault;

    /// <summary>What it knows.</summary>
    public static AWSCredentials Credentials { get; } = new BasicAWSCredentials("S3RVER", "S3RVER");

    public string EndPoint { get; }

    /// <summary>Starts it.</summary>
    public static async Task<S3Server> StartAsync()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("daxproxy-s3-");
        ProcessStartInfo start = new("node", ["--no-warnings", "--openssl-legacy-provider", "server.mjs", folder.FullName])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Packages.Value.Folder,
        };
        Process process = Process.Start(start)!;
        string port = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)) ?? throw new EndOfStreamException();
        return new S3Server(folder, process, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>The objects below a prefix, by their keys.</summary>
    public async Task<List<S3Object>> ListAsync(string prefix) =>
        (await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket, Prefix = prefix })).S3Objects ?? [];

    public async Task<byte[]> ReadAsync(string key)
    {
        using GetObjectResponse answer = await client.GetObjectAsync(Bucket, key);
        using MemoryStream content = new();
        await answer.ResponseStream.CopyToAsync(content);
        return content.ToArray();
    }

    public Task PutAsync(string key, string content) =>
        client.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, ContentBody = content, UseChunkEncoding = false });

    public void Dispose()
    {
        client.Dispose();
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        folder.Delete(recursive: true);
    }
}
