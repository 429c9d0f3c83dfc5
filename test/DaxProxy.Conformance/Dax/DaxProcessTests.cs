using System.Collections.Concurrent;
using System.Formats.Cbor;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DaxProxy.Conformance.Security;
using NUnit.Framework;

namespace DaxProxy.Conformance.Dax;

/// <summary>The real executable and its DAX clients: how it ends, and what it still knows when it comes back.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
internal sealed class DaxProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static byte[] DefineKeySchema { get; } =
        DaxTalk.Request(DaxTalk.DefineKeySchema, cbor => cbor.WriteByteString("no-such-table"u8));

    [TestCase(false)]
    [TestCase(true)]
    public async Task Terminate_AnswersWhatHasBegun_AndClosesWhatIsIdle_WithoutAReset(bool isSecure)
    {
        using CertificateFiles certificates = new();
        using ServerProcess server = await StartAsync(certificates, "60");
        CertificateFiles? trusted = isSecure ? certificates : null;
        await using Stream idle = await ConnectAsync(server, trusted), busy = await ConnectAsync(server, trusted),
            silent = await ConnectAsync(server, trusted);
        await idle.WriteAsync(DaxTalk.Preamble);
        await busy.WriteAsync((byte[])[.. DaxTalk.Preamble, .. DefineKeySchema, .. DefineKeySchema[..5]]);

        // The answer says that the half request which came along has arrived, too.
        Assert.That(await ReadRefusalAsync(busy), Does.Contain("ResourceNotFoundException"));
        server.Terminate();

        // Neither waits for the other, nor for the time that requests in flight may take.
        Assert.That(await ReadToEndAsync(idle), Is.Empty);
        Assert.That(await ReadToEndAsync(silent), Is.Empty);
        await busy.WriteAsync(DefineKeySchema.AsMemory(5));
        Assert.That(Encoding.ASCII.GetString(await ReadToEndAsync(busy)), Does.Contain("ResourceNotFoundException"));
        Assert.That(await server.ExitCodeAsync(Patience), Is.Zero);
    }

    [Test]
    public async Task Terminate_HalfARequestThatNeverEnds_IsNotWaitedForLongerThanSaid()
    {
        using CertificateFiles certificates = new();
        using ServerProcess server = await StartAsync(certificates, "1");
        await using Stream half = await ConnectAsync(server, null);
        await half.WriteAsync((byte[])[.. DaxTalk.Preamble, .. DefineKeySchema, .. DefineKeySchema[..5]]);
        await ReadRefusalAsync(half);

        server.Terminate();

        Assert.That(await server.ExitCodeAsync(Patience), Is.Zero);
    }

    [Test]
    public async Task Kill_WhileListsAreDefined_ForgetsNoneThatWasAnswered()
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-lists-").FullName;
        try
        {
            ConcurrentDictionary<int, string> told = new();
            using (ServerProcess server = await ServerProcess.StartAsync(folder))
            {
                Task[] definers = [.. Enumerable.Range(0, 3).Select(definer => DefineUntilItEndsAsync(server.DaxEndPoint!, definer, told))];
                while (told.Count < 500)
                {
                    await Task.Yield();
                }

                await server.KillAsync();
                await Task.WhenAll(definers).WaitAsync(Patience);
            }

            using ServerProcess again = await ServerProcess.StartAsync(folder);
            using DaxTalk talk = await DaxTalk.ConnectAsync(again.DaxEndPoint!);
            foreach ((int id, string name) in told)
            {
                CborReader names = await talk.CallAsync(DaxTalk.DefineAttributeList, cbor => cbor.WriteInt32(id));
                Assert.That((names.ReadStartArray(), names.ReadTextString(), names.ReadTextString()), Is.EqualTo((2, name, "same")));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task DefineUntilItEndsAsync(IPEndPoint server, int definer, ConcurrentDictionary<int, string> told)
    {
        try
        {
            using DaxTalk talk = await DaxTalk.ConnectAsync(server);
            for (int number = 0; ; number++)
            {
                string name = $"{definer}-{number}";
                CborReader id = await talk.CallAsync(DaxTalk.DefineAttributeListId, cbor => cbor.WriteTexts(name, "same"));
                told[id.ReadInt32()] = name;
            }
        }
        catch (Exception ended) when (ended is SocketException or EndOfStreamException)
        {
            // What was told before counts.
        }
    }

    private static Task<ServerProcess> StartAsync(CertificateFiles certificates, string drainSeconds) =>
        ServerProcess.StartAsync(["--in-memory"], new()
        {
            ["DAXPROXY__Listen__HttpsPort"] = "0",
            ["DAXPROXY__Dax__TlsPort"] = "0",
            ["DAXPROXY__Listen__CertificateFile"] = certificates.CertificateFile,
            ["DAXPROXY__Listen__CertificateKeyFile"] = certificates.KeyFile,
            ["DAXPROXY__Listen__DrainTimeout"] = drainSeconds,
        });

    /// <summary>Connects; with TLS where there is a certificate to trust.</summary>
    private static async Task<Stream> ConnectAsync(ServerProcess server, CertificateFiles? trusted)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(trusted is not null ? server.DaxTlsEndPoint! : server.DaxEndPoint!);
        NetworkStream plain = new(socket, ownsSocket: true);
        if (trusted is null)
        {
            return plain;
        }

        SslStream secure = new(plain, leaveInnerStreamOpen: false);
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { trusted.Root },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        });
        return secure;
    }

    private static async Task<string> ReadRefusalAsync(Stream stream)
    {
        byte[] piece = new byte[1024];
        return Encoding.ASCII.GetString(piece, 0, await stream.ReadAsync(piece).AsTask().WaitAsync(Patience));
    }

    /// <summary>All that comes until the other end closes; a reset throws.</summary>
    private static async Task<byte[]> ReadToEndAsync(Stream stream)
    {
        using MemoryStream all = new();
        await stream.CopyToAsync(all).WaitAsync(Patience);
        return all.ToArray();
    }
}
