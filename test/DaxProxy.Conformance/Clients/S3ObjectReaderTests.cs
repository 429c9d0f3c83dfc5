using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using DaxProxy.Backends.Buckets;
using NUnit.Framework;

namespace DaxProxy.Conformance.Clients;

/// <summary>Reading an object of S3 over connections that break.</summary>
public sealed class S3ObjectReaderTests
{
    private const string Content = "0123456789abcdefghij";

    [Test]
    public async Task Object_WhoseConnectionBreaks_IsReadOnFromThere()
    {
        (string read, List<string> ranges) = await ReadAsync(sentAtOnce: 7, tag: _ => "one-1");
        Assert.That(read, Is.EqualTo(Content));
        Assert.That(ranges, Is.EqualTo(new[] { "", "bytes=7-19", "bytes=14-19" }));
    }

    [Test]
    public void Object_ThatIsAnotherOneMeanwhile_IsNotReadOn() =>
        Assert.That(() => ReadAsync(sentAtOnce: 7, tag: request => $"{request}-1"), Throws.InstanceOf<IOException>());

    [Test]
    public void Object_OfWhichNothingComes_IsGivenUp() =>
        Assert.That(() => ReadAsync(sentAtOnce: 0, tag: _ => "one-1"), Throws.InstanceOf<IOException>());

    [Test]
    [SuppressMessage("Security", "CA5351", Justification = "What S3 tags objects with.")]
    public async Task Object_WhoseTagIsItsDigest_IsReadOnFromThere()
    {
        string digest = Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(Content)));
        Assert.That((await ReadAsync(sentAtOnce: 7, tag: _ => digest)).Read, Is.EqualTo(Content));
    }

    [Test]
    public void Object_OfWhichTheRestIsNotSent_IsGivenUp() => Assert.That(
        () => ReadAsync(sentAtOnce: 7, tag: _ => "one-1", honoursRanges: false),
        Throws.InstanceOf<IOException>().With.Message.EqualTo("S3 does not send the rest of an object that was asked for."));

    /// <summary>The client takes a tag without a dash for a digest of the object, which it then checks.</summary>
    [TestCase("0123456789abcdef0123456789abcdef")]
    [TestCase("no digest")]
    public void Object_WhoseTagIsNotItsDigest_IsNoneThatCanBeRead(string tag) =>
        Assert.That(() => ReadAsync(sentAtOnce: Content.Length, _ => tag), Throws.InstanceOf<IOException>());

    /// <summary>Reads from a server that sends so many bytes of what is asked for, and then ends the connection.</summary>
    private static async Task<(string Read, List<string> Ranges)> ReadAsync(
        int sentAtOnce, Func<int, string> tag, bool honoursRanges = true)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        List<string> ranges = [];
        using CancellationTokenSource stop = new();
        Task serving = ServeAsync(listener, sentAtOnce, tag, honoursRanges, ranges, stop.Token);
        using AmazonS3Client client = new(
            new BasicAWSCredentials("a", "b"),
            new AmazonS3Config { ServiceURL = $"http://{listener.LocalEndpoint}", ForcePathStyle = true, MaxErrorRetry = 0, AuthenticationRegion = "us-east-1" });
        try
        {
            using S3ObjectReader reader = S3ObjectReader.TryOpen(client, "bucket", "key")!;
            return (await new StreamReader(reader).ReadToEndAsync(), ranges);
        }
        finally
        {
            await stop.CancelAsync();
            await serving;
        }
    }

    private static async Task ServeAsync(
        TcpListener listener,
        int sentAtOnce,
        Func<int, string> tag,
        bool honoursRanges,
        List<string> ranges,
        CancellationToken stop)
    {
        try
        {
            while (true)
            {
                using TcpClient connection = await listener.AcceptTcpClientAsync(stop);
                using NetworkStream stream = connection.GetStream();
                using StreamReader reader = new(stream, leaveOpen: true);
                string range = "", match = "";
                while (await reader.ReadLineAsync(stop) is { Length: > 0 } line)
                {
                    range = line.StartsWith("Range: ", StringComparison.OrdinalIgnoreCase) ? line[7..] : range;
                    match = line.StartsWith("If-Match: ", StringComparison.OrdinalIgnoreCase) ? line[10..] : match;
                }

                ranges.Add(range);
                string current = $"\"{tag(ranges.Count)}\"";
                bool isPart = range.Length > 0 && honoursRanges;
                string rest = isPart ? Content[int.Parse(range[6..].Split('-')[0], CultureInfo.InvariantCulture)..] : Content;
                string head = match.Length > 0 && match != current
                    ? "HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n"
                    : $"HTTP/1.1 {(isPart ? "206 Partial Content" : "200 OK")}\r\nETag: {current}\r\nContent-Length: {rest.Length}\r\n\r\n"
                        + rest[..Math.Min(sentAtOnce, rest.Length)];
                await stream.WriteAsync(Encoding.ASCII.GetBytes(head), stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The test has ended.
        }
    }
}
