using System.Globalization;
using System.Net;

namespace DaxProxy.Options;

/// <summary>Where a member of a group speaks the DAX protocol, as it tells the others.</summary>
/// <param name="Machine">The machine that it runs on: the only one from which an address of loopback leads to it.</param>
/// <param name="Address">The address.</param>
/// <param name="Port">The port in clear text; 0 for none.</param>
/// <param name="TlsPort">The port with TLS; 0 for none.</param>
internal sealed record DaxListing(string Machine, IPAddress Address, int Port, int TlsPort)
{
    /// <summary>The machine that this process runs on.</summary>
    public static string ThisMachine { get; } = Environment.MachineName.Replace(' ', '_');

    /// <summary>Whether it is known by which address clients reach it.</summary>
    public bool IsReachable => !Address.Equals(IPAddress.Any) && !Address.Equals(IPAddress.IPv6Any);

    /// <summary>Of a process that listens there.</summary>
    /// <param name="options">The address that was configured for clients, if any.</param>
    /// <param name="clear">Where it listens in clear text; null where it does not.</param>
    /// <param name="tls">Where it listens with TLS; null where it does not. It listens on one of the two.</param>
    public static DaxListing Of(DaxOptions options, IPEndPoint? clear, IPEndPoint? tls)
    {
        IPEndPoint? advertised = options.AdvertisedAddress.Length == 0 ? null : IPEndPoint.Parse(options.AdvertisedAddress);
        return advertised is { Port: > 0 and int port }
            ? new DaxListing(ThisMachine, advertised.Address, clear is null ? 0 : port, tls is null ? 0 : port)
            : new DaxListing(ThisMachine, advertised?.Address ?? (clear ?? tls!).Address, clear?.Port ?? 0, tls?.Port ?? 0);
    }

    /// <summary>What another member has told; null where that is none.</summary>
    public static DaxListing? Parse(string text) =>
        text.Split(' ') is [var machine, var address, var port, var tlsPort]
        && IPAddress.TryParse(address, out IPAddress? parsed)
        && ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort clear)
        && ushort.TryParse(tlsPort, NumberStyles.None, CultureInfo.InvariantCulture, out ushort tls)
            ? new DaxListing(machine, parsed, clear, tls)
            : null;

    /// <summary>As it is told: <c>machine address port port</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Machine} {Address} {Port} {TlsPort}");
}
