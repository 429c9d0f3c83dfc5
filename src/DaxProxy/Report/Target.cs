using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Amazon.Runtime;
using DaxProxy.Load;

namespace DaxProxy.Report;

/// <summary>Where the load goes: one of the two addresses, straight to DynamoDB or through the proxy. Immutable.</summary>
/// <param name="option">The option that gave its address, to speak of in a fault.</param>
/// <param name="address">Where requests go.</param>
/// <param name="table">Its own table, so that writes of one target are not behind the other's back.</param>
/// <param name="isProxied">Whether it is the one through the proxy.</param>
/// <param name="signer">What its requests are signed with.</param>
internal sealed class Target(string option, Uri address, string table, bool isProxied, LoadSigner signer)
{
    /// <summary>How long connecting, and any single request, may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Connections opened at once: each takes a thread while it does.</summary>
    private const int OpenAtOnce = 8;

    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(10);

    /// <summary>Its table.</summary>
    public string Table { get; } = table;

    /// <summary>Whether it is the one through the proxy.</summary>
    public bool IsProxied { get; } = isProxied;

    /// <summary>What signs its requests.</summary>
    public LoadSigner Signer { get; } = signer;

    /// <summary>The option and the address, as a fault begins.</summary>
    public override string ToString() => $"{option} {address.OriginalString}";

    /// <summary>What writes requests for one connection.</summary>
    public RequestWriter NewWriter() => new(address.IsDefaultPort ? address.Host : address.Authority, Signer);

    /// <summary>Opens a connection.</summary>
    /// <exception cref="ReportFault">Nothing listens there, or not over TLS.</exception>
    public Task<LoadConnection> ConnectAsync(CancellationToken stop) => WaitAsync(Task.Run(Connect, stop), ConnectPatience, stop);

    /// <summary>
    /// Opens connections, some at once, and sends a request on each that leaves no trace, so that the first one that counts is like any
    /// other.
    /// </summary>
    /// <exception cref="ReportFault">Nothing listens there, or not over TLS.</exception>
    public async Task<LoadConnection[]> OpenAsync(int count, CancellationToken stop)
    {
        LoadConnection[] connections = new LoadConnection[count];
        ParallelOptions few = new() { MaxDegreeOfParallelism = OpenAtOnce, CancellationToken = stop };
        await Parallel.ForAsync(0, count, few, async (index, _) =>
        {
            connections[index] = await ConnectAsync(stop).ConfigureAwait(false);
            ReadOnlyMemory<byte> request = NewWriter().Write(RequestBodies.GetItem, RequestBodies.GetOutsider(Table));
            await WaitAsync(connections[index].ExchangeAsync(request).AsTask(), Patience, stop).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return connections;
    }

    /// <summary>Waits for what is on the way.</summary>
    /// <exception cref="ReportFault">It failed, or did not end in time.</exception>
    public async Task<T> WaitAsync<T>(Task<T> work, TimeSpan patience, CancellationToken stop)
    {
        try
        {
            return await work.WaitAsync(patience, TimeProvider.System, stop).ConfigureAwait(false);
        }
        catch (Exception fault) when (ToFault(fault) is { } told)
        {
            throw told;
        }
    }

    private LoadConnection Connect()
    {
        HttpLoadConnection connection = new(takesRefusals: true);
        DnsEndPoint server = new(address.Host, address.Port);
        if (address.Scheme == Uri.UriSchemeHttps)
        {
            connection.ConnectSecurely(server, address.Host);
        }
        else
        {
            connection.Connect(server);
        }

        return connection;
    }

    /// <summary>What to tell the user about a connection that failed; null when something else is the matter.</summary>
    private ReportFault? ToFault(Exception fault) => fault switch
    {
        AuthenticationException => new ReportFault(
            $"{this}: TLS failed: {OneLine(fault)}; trust the certificate's root with SSL_CERT_FILE, or use the name it is for", fault),
        SocketException or IOException => new ReportFault($"{this}: {OneLine(fault)}; is it running, and is this its address?", fault),
        TimeoutException => new ReportFault(
            $"{this}: no answer in time; is this its address, and does no firewall swallow what is sent?", fault),
        AmazonClientException => new ReportFault($"{this}: the AWS credentials cannot be used any more; renew them", fault),
        _ => null,
    };

    private static string OneLine(Exception fault) => fault.Message.Split('\n', '\r')[0].TrimEnd('.');
}
