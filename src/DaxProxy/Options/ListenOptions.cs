using DaxProxy.Memory;

namespace DaxProxy.Options;

/// <summary>Section <c>Listen</c>: where the process listens and what it takes from a connection.</summary>
internal sealed record ListenOptions
{
    /// <summary>
    /// Address of every listener, of the admin port as far as <see cref="AllowRemote"/> lets it: an IP address or <c>localhost</c>. Default
    /// 127.0.0.1.
    /// </summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Port of the DynamoDB API, HTTP/1.1 and HTTP/2 in clear text; 0 takes any free one. Default 8000.</summary>
    [Limits("0", "65535")]
    public int Port { get; init; } = 8000;

    /// <summary>
    /// Port of the DynamoDB API with TLS, opened when there is a <see cref="CertificateFile"/>; 0 takes any free one. Default 8443.
    /// </summary>
    [Limits("0", "65535")]
    public int HttpsPort { get; init; } = 8443;

    /// <summary>PEM file of the certificate for TLS, then those that lead to its root; empty for no TLS. Default empty.</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>PEM file of the certificate's private key; empty when it is in <see cref="CertificateFile"/> too. Default empty.</summary>
    public string CertificateKeyFile { get; init; } = "";

    /// <summary>
    /// Whether no port speaks clear text: <see cref="Port"/> and the DAX port are not opened, and the admin port speaks HTTPS. Needs a
    /// <see cref="CertificateFile"/>. Default false.
    /// </summary>
    public bool TlsOnly { get; init; }

    /// <summary>
    /// PEM file of the authorities that sign the certificates of clients: clients of both protocols must show one (mutual TLS). Needs
    /// <see cref="TlsOnly"/>. A changed file is read again. Empty for no such certificates. Default empty.
    /// </summary>
    public string ClientCaFile { get; init; } = "";

    /// <summary>Port of health, statistics and metrics; 0 takes any free one. Default 8001.</summary>
    [Limits("0", "65535")]
    public int AdminPort { get; init; } = 8001;

    /// <summary>
    /// Whether ports without verified signatures may listen on an address other than loopback: all of them while
    /// <see cref="AuthOptions.Mode"/> is none, the admin port always. Default false.
    /// </summary>
    public bool AllowRemote { get; init; }

    /// <summary>
    /// The hosts that requests may name beside this machine's own names and addresses, on ports without verified signatures: while
    /// <see cref="AuthOptions.Mode"/> is none, and on the admin port. Names, addresses and patterns such as <c>*.svc.cluster.local</c>,
    /// where a star stands for any characters; without ports, with commas between them. Default empty.
    /// </summary>
    public string AllowedHosts { get; init; } = "";

    /// <summary>
    /// The origins whose web pages may use the DynamoDB API while <see cref="AuthOptions.Mode"/> is none: exact ones such as
    /// <c>http://localhost:3000</c>, with commas between them, or <c>*</c> for every page there is. Where signatures are verified every
    /// page may ask. Default empty.
    /// </summary>
    public string AllowedOrigins { get; init; } = "";

    /// <summary>Largest request body in bytes, before and after decompression: 1 KiB to 64 MiB. Default 16 MiB, as DynamoDB.</summary>
    [Bytes]
    [Limits("1KiB", "64MiB")]
    public long MaxRequestBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Most memory in bytes that large requests may take together, those beyond 64 KiB, at six times their bodies; more of them wait, and
    /// are then throttled. Large answers have half as much besides, at three times their items. 0 takes an eighth of the memory that the
    /// process may use (the container's limit, if there is one), or what one request of <see cref="MaxRequestBytes"/> takes if that is
    /// more, but no more than half. Default 0.
    /// </summary>
    [Bytes]
    [Limits("0", "1024GiB")]
    public long MaxBytesInFlight { get; init; }

    /// <summary>Most connections open at once on each port; 0 sets no limit. Default 10000.</summary>
    [Limits("0", "1000000")]
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>How long a client may take to send a request's headers: 1 second to 10 minutes. Default 30 seconds.</summary>
    [Limits("00:00:01", "00:10:00")]
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an idle connection stays open: 1 second to 1 day. Default 130 seconds.</summary>
    [Limits("00:00:01", "1.00:00:00")]
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>How long requests in flight may go on once the process is told to stop: 0 to 10 minutes. Default 10 seconds.</summary>
    [Limits("00:00:00", "00:10:00")]
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><see cref="MaxBytesInFlight"/>, whichever way it was given.</summary>
    /// <param name="availableBytes">The memory that the process may use.</param>
    public long EffectiveMaxBytesInFlight(long availableBytes) => MaxBytesInFlight > 0
        ? MaxBytesInFlight
        : Math.Max(availableBytes / 8, Math.Min(InFlightBudget.BytesPerBodyByte * MaxRequestBytes, availableBytes / 2));
}
