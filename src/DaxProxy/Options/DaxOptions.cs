namespace DaxProxy.Options;

/// <summary>Section <c>Dax</c>: the DAX protocol, for clients of Amazon DynamoDB Accelerator.</summary>
internal sealed record DaxOptions
{
    /// <summary>Whether the protocol is spoken at all. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Port of the protocol in clear text (<c>dax://</c>); 0 takes any free one. Default 8111.</summary>
    [Limits("0", "65535")]
    public int Port { get; init; } = 8111;

    /// <summary>
    /// Port of the protocol with TLS (<c>daxs://</c>), opened when there is a <see cref="ListenOptions.CertificateFile"/>; 0 takes any free
    /// one. Default 9111.
    /// </summary>
    [Limits("0", "65535")]
    public int TlsPort { get; init; } = 9111;

    /// <summary>
    /// Where clients are told to connect to, an IP address with or without a port: what a port mapping or a load balancer hides from the
    /// process. Empty for the address and the port that the client's own connection came in by. Default empty.
    /// </summary>
    public string AdvertisedAddress { get; init; } = "";

    /// <summary>
    /// The other nodes that clients are told of, IP addresses with or without ports, with commas between them. They are asked, in clear
    /// text, for the attribute lists that only they were told of; those without ports at <see cref="Port"/>. Default empty.
    /// </summary>
    public string Peers { get; init; } = "";
}
