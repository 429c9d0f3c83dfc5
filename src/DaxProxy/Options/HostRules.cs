using System.Buffers;
using System.IO.Enumeration;
using System.Net;
using System.Net.NetworkInformation;

namespace DaxProxy.Options;

/// <summary>Which hosts requests may name: this machine by its own names and addresses, and those that an option lists.</summary>
/// <remarks>
/// Thread-safe. A page of another site cannot choose the <c>Host</c> that a browser sends: it is the name that the page was loaded from,
/// also after that name has been made to lead here. A request without a <c>Host</c> is served, as no browser sends one. Names are told
/// apart without case, port and final dot.
/// <para>
/// What was accepted last is compared first, which allocates nothing. An address that was accepted because a connection came in by it stays
/// accepted on other connections: it is one of this machine all the same.
/// </para>
/// </remarks>
internal sealed class HostRules
{
    private const int MaxRemembered = 8;

    /// <summary>
    /// How old the list of the machine's addresses may be. A client that names foreign addresses must not cause it to be read all the time.
    /// </summary>
    private static readonly TimeSpan AddressesLifetime = TimeSpan.FromSeconds(10);

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._");

    private static readonly SearchValues<char> PatternCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._*");

    private readonly string machineName = Dns.GetHostName();
    private readonly List<string> patterns = [];
    private readonly List<IPAddress> addresses = [];
    private readonly TimeProvider time;
    private volatile string[] accepted = [];
    private volatile MachineAddresses? machine;

    /// <summary>Makes the rules.</summary>
    /// <param name="listed">The hosts beside this machine's own: names, patterns and addresses, with commas between them. Checked.</param>
    /// <param name="time">The clock.</param>
    public HostRules(string listed, TimeProvider time)
    {
        this.time = time;
        foreach (string entry in Split(listed))
        {
            if (AddressOf(Unbracketed(entry)) is { } address)
            {
                addresses.Add(address);
            }
            else
            {
                patterns.Add(entry.EndsWith('.') ? entry[..^1] : entry);
            }
        }
    }

    /// <summary>The first entry of a list that is no name, pattern or address; null when all are.</summary>
    public static string? FindFault(string listed) => Split(listed).FirstOrDefault(
        entry => entry.AsSpan().ContainsAnyExcept(PatternCharacters) && AddressOf(Unbracketed(entry)) is null);

    /// <summary>Whether a host is one of those that were accepted last; if not, it may be served yet.</summary>
    /// <param name="host">The value of <c>Host</c> or <c>:authority</c>; empty when there is none.</param>
    public bool IsRemembered(string host)
    {
        foreach (string known in accepted)
        {
            if (string.Equals(known, host, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return host.Length == 0;
    }

    /// <summary>Whether requests for a host are served. It is remembered when they are.</summary>
    /// <param name="host">The same.</param>
    /// <param name="local">The address that the connection came in by; null when it is not known.</param>
    public bool IsServed(string host, IPAddress? local)
    {
        if (host.Length == 0)
        {
            return true;
        }

        if (!TryReadName(host, out ReadOnlySpan<char> name) || !IsKnown(name, local))
        {
            return false;
        }

        accepted = [host, .. accepted.Take(MaxRemembered - 1)];
        return true;
    }

    /// <summary>
    /// Takes a port, brackets and a final dot away; false for what is no host: with user information, a zone, or letters beyond ASCII.
    /// </summary>
    private static bool TryReadName(ReadOnlySpan<char> host, out ReadOnlySpan<char> name)
    {
        bool isBracketed = host.StartsWith('[');
        int end = isBracketed ? host.IndexOf(']') : host.IndexOf(':');
        name = isBracketed ? host[1..Math.Max(end, 1)] : end < 0 ? host : host[..end];
        ReadOnlySpan<char> rest = end < 0 ? default : host[(isBracketed ? end + 1 : end)..];
        if ((isBracketed && end < 0) || !(rest.IsEmpty || (rest[0] == ':' && !rest[1..].ContainsAnyExceptInRange('0', '9'))))
        {
            return false;
        }

        if (isBracketed)
        {
            return name.Contains(':') && !name.Contains('%') && IPAddress.TryParse(name, out _);
        }

        name = name.EndsWith('.') ? name[..^1] : name;
        return !name.IsEmpty && !name.ContainsAnyExcept(NameCharacters);
    }

    private bool IsKnown(ReadOnlySpan<char> name, IPAddress? local)
    {
        const string Loopback = "localhost", BelowLoopback = ".localhost";
        if (name.Equals(Loopback, StringComparison.OrdinalIgnoreCase)
            || (name.Length > BelowLoopback.Length && name.EndsWith(BelowLoopback, StringComparison.OrdinalIgnoreCase))
            || name.Equals(machineName, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (AddressOf(name) is { } address
            && (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)
                || addresses.Contains(address)
                || address.Equals(local is null ? null : Plain(local)) || AddressesOfMachine().Contains(address)))
        {
            return true;
        }

        foreach (string pattern in patterns)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true))
            {
                return true;
            }
        }

        return false;
    }

    private IReadOnlyList<IPAddress> AddressesOfMachine()
    {
        MachineAddresses? known = machine;
        if (known is null || time.GetElapsedTime(known.ReadAt) >= AddressesLifetime)
        {
            machine = known = new MachineAddresses(time.GetTimestamp(), ReadAddressesOfMachine());
        }

        return known.Addresses;
    }

    /// <summary>Where the system does not tell, the addresses that connections come in by have to do.</summary>
    private static IPAddress[] ReadAddressesOfMachine()
    {
        try
        {
            return
            [
                .. NetworkInterface.GetAllNetworkInterfaces()
                    .SelectMany(network => network.GetIPProperties().UnicastAddresses).Select(own => Plain(own.Address)),
            ];
        }
        catch (Exception exception) when (exception is NetworkInformationException or PlatformNotSupportedException)
        {
            return [];
        }
    }

    /// <summary>
    /// The address that a text is; null for a name, also for one that some programs take for an address, such as <c>127.1</c>.
    /// </summary>
    private static IPAddress? AddressOf(ReadOnlySpan<char> text) =>
        IPAddress.TryParse(text, out IPAddress? address)
            && (text.Contains(':') || text.Equals(address.ToString(), StringComparison.Ordinal)) ? Plain(address) : null;

    /// <summary>Without what one address may be written in several ways with: the zone, and version 6 around version 4.</summary>
    private static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : new IPAddress(address.GetAddressBytes());

    private static string Unbracketed(string entry) => entry.StartsWith('[') && entry.EndsWith(']') ? entry[1..^1] : entry;

    private static string[] Split(string listed) =>
        listed.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private sealed record MachineAddresses(long ReadAt, IReadOnlyList<IPAddress> Addresses);
}
