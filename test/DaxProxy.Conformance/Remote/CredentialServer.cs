using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DaxProxy.Conformance.Remote;

/// <summary>What a container's agent is to an AWS SDK: gives out credentials that soon expire, or fails to.</summary>
internal sealed class CredentialServer : IDisposable
{
    private readonly HttpListener listener = new();
    private int given;

    /// <summary>Begins to listen.</summary>
    public CredentialServer()
    {
        using (Socket socket = new(SocketType.Stream, ProtocolType.Tcp))
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}/credentials");
        }

        listener.Prefixes.Add(Address.GetLeftPart(UriPartial.Authority) + "/");
        listener.Start();
        _ = ServeAsync();
    }

    /// <summary>Where it is asked.</summary>
    public Uri Address { get; }

    /// <summary>How long what is given out is good for.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether it fails now.</summary>
    public bool IsBroken { get; set; }

    /// <summary>When each key that was given out ends, by its name.</summary>
    public ConcurrentDictionary<string, DateTimeOffset> Ends { get; } = new();

    /// <inheritdoc/>
    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await listener.GetContextAsync();
                if (IsBroken)
                {
                    context.Response.StatusCode = 500;
                }
                else
                {
                    string id = $"AKID{++given:0000}";
                    DateTimeOffset end = TimeProvider.System.GetUtcNow() + Lifetime;
                    Ends[id] = end;
                    context.Response.ContentType = "application/json";
                    await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(
                        $$"""{"AccessKeyId":"{{id}}","SecretAccessKey":"secret{{given}}","Token":"token{{given}}","Expiration":"{{end:yyyy-MM-ddTHH:mm:ssZ}}"}"""));
                }

                context.Response.Close();
            }
        }
        catch (Exception end) when (end is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }
}
