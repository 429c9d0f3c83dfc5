using System.IO.Hashing;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Protocol;

/// <summary>A host of its own for each fixture, on free ports, and ways to talk to it.</summary>
internal abstract class HostFixture
{
    public const string Signature =
        "AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=00";

    private BackendStack? stack;

    protected ScriptedBackend Backend { get; private set; } = null!;

    protected DaxProxyHost Host { get; private set; } = null!;

    protected HttpClient Client { get; private set; } = null!;

    protected Uri Data => new($"http://{Host.DataEndPoint}/");

    protected Uri Admin => new($"http://{Host.AdminEndPoint}/");

    protected virtual ProxyOptions Options => new()
    {
        Listen = new ListenOptions { Port = 0, AdminPort = 0, MaxRequestBytes = 64 * 1024, DrainTimeout = TimeSpan.FromSeconds(2) },
        Dax = new DaxOptions { Enabled = false },
        ItemCache = new ItemCacheOptions { MaxBytes = 1 << 20 },
    };

    protected virtual ILoggerFactory Loggers => NullLoggerFactory.Instance;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        Backend = new ScriptedBackend();
        stack = new BackendStack(Backend, Options, TimeProvider.System);
        Host = await DaxProxyHost.StartAsync(Options, stack, Loggers, TimeProvider.System);
        Client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
        stack?.Dispose();
    }

    protected HttpRequestMessage Request(string operation, string body, string contentType = "application/x-amz-json-1.0")
    {
        HttpRequestMessage request = new(HttpMethod.Post, Data) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "DynamoDB_20120810." + operation);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", "20260101T000000Z");
        request.Headers.TryAddWithoutValidation("Authorization", Signature);
        return request;
    }

    protected async Task<(HttpResponseMessage Response, string Body)> SendAsync(HttpRequestMessage request)
    {
        HttpResponseMessage response = await Client.SendAsync(request);
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        if (response.Headers.TryGetValues("x-amz-crc32", out IEnumerable<string>? checksum))
        {
            Assert.That(checksum.Single(), Is.EqualTo(Crc32.HashToUInt32(body).ToString()), "the CRC of what was sent");
        }

        return (response, Encoding.UTF8.GetString(body));
    }

    /// <summary>Sends bytes as they are and returns what comes back until the server closes.</summary>
    protected async Task<string> TalkAsync(params string[] parts)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(Host.DataEndPoint);
        await using NetworkStream stream = new(socket);
        foreach (string part in parts)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(part));
        }

        using StreamReader reader = new(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(10));
    }
}
