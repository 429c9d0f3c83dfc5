namespace DaxProxy.Options;

/// <summary>Where the backend is: the address of a region, or any other that speaks the protocol.</summary>
/// <param name="DynamoDb">Where DynamoDB is; ends in a slash.</param>
/// <param name="Streams">Where DynamoDB Streams is; the same for everything that is not AWS.</param>
internal sealed record RemoteEndpoint(Uri DynamoDb, Uri Streams)
{
    /// <summary>The given address, or the region's. Source: "DynamoDB endpoints and quotas" of the AWS general reference.</summary>
    /// <param name="region">The region.</param>
    /// <param name="address">An address that <see cref="TryParse"/> takes; empty for the region's own.</param>
    public static RemoteEndpoint Of(string region, string address)
    {
        if (TryParse(address) is { } given)
        {
            return new(given, given);
        }

        string domain = region.StartsWith("cn-", StringComparison.Ordinal) ? "amazonaws.com.cn" : "amazonaws.com";
        return new(new Uri($"https://dynamodb.{region}.{domain}/"), new Uri($"https://streams.dynamodb.{region}.{domain}/"));
    }

    /// <summary>The address in this text: a scheme, a host, perhaps a port, and nothing behind it. Null when it is none.</summary>
    public static Uri? TryParse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address is { PathAndQuery: "/", Fragment: "", UserInfo: "" }
            ? address
            : null;

    /// <summary>Where a target is answered.</summary>
    public Uri AddressOf(string target) => target.StartsWith("DynamoDBStreams_", StringComparison.Ordinal) ? Streams : DynamoDb;
}
