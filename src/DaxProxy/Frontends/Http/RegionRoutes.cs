using DaxProxy.Auth;
using DaxProxy.Core.Errors;

namespace DaxProxy.Frontends.Http;

/// <summary>Which region a request is for, where there are several. Thread-safe.</summary>
/// <remarks>
/// It is the one that its signature is scoped to; where that is none of ours the one that its host names
/// (<c>dynamodb.eu-west-1.localhost</c>, <c>eu-west-1.localhost</c>); where it is not signed the default one. A signature for another
/// region is refused as the service refuses it, for a table would be looked for where its owner has not put it.
/// </remarks>
/// <param name="routes">What answers for each region, the default one first.</param>
internal sealed class RegionRoutes(IReadOnlyList<RegionRoute> routes)
{
    private const int ScopeParts = 4;

    /// <summary>What answers for all regions.</summary>
    public IReadOnlyList<RegionRoute> All => routes;

    /// <summary>What answers a request; null where its region is none of ours. Allocates nothing for a signature in the header.</summary>
    public RegionRoute? Find(HttpRequest request)
    {
        ReadOnlySpan<char> scoped = RegionOf(SignatureParts.Of(request).Credential);
        string host = request.Host.Host;
        RegionRoute? named = null;
        foreach (RegionRoute route in routes)
        {
            if (scoped.SequenceEqual(route.Region))
            {
                return route;
            }

            named = named is null && Names(host, route.Region!) ? route : named;
        }

        return named ?? (scoped.IsEmpty ? routes[0] : null);
    }

    /// <summary>What a request for a region that is none of ours is refused with.</summary>
    public static DynamoError Unknown(HttpRequest request) => SignatureFaults.CredentialScope(
        [SignatureFaults.WrongRegion(RegionOf(SignatureParts.Of(request).Credential).ToString())]);

    /// <summary>The region in the id of a key and a scope: the id may hold slashes, so it is found from the end.</summary>
    private static ReadOnlySpan<char> RegionOf(ReadOnlySpan<char> credential)
    {
        ReadOnlySpan<char> rest = credential, part = default;
        for (int index = 1; index < ScopeParts; index++)
        {
            int slash = rest.LastIndexOf('/');
            if (slash < 0)
            {
                return default;
            }

            part = rest[(slash + 1)..];
            rest = rest[..slash];
        }

        return part;
    }

    /// <summary>Whether one of a host's labels but the last is the region.</summary>
    private static bool Names(ReadOnlySpan<char> host, ReadOnlySpan<char> region)
    {
        while (host.IndexOf('.') is var dot and > 0)
        {
            if (host[..dot].Equals(region, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }

            host = host[(dot + 1)..];
        }

        return false;
    }
}
