using Amazon.Runtime;

namespace DaxProxy.Options;

/// <summary>The region that the tools of AWS would use on this machine.</summary>
internal static class MachineRegion
{
    /// <summary>
    /// What <c>AWS_REGION</c> or <c>AWS_DEFAULT_REGION</c> says, else the profile of the shared configuration, else, where DynamoDB itself
    /// is meant, the metadata of the instance or container; null when none does.
    /// </summary>
    /// <param name="isAws">
    /// Whether the region decides where requests go; elsewhere it is part of a signature only, and not worth a wait.
    /// </param>
    /// <remarks>Source: the chain of the AWS SDK for .NET, and the variable that the AWS CLI and other SDKs know besides.</remarks>
    public static string? Find(bool isAws)
    {
        if ((Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION")) is { } region)
        {
            return region;
        }

        try
        {
            return FallbackRegionFactory.GetRegionEndpoint(includeInstanceMetadata: isAws)?.SystemName;
        }
        catch (AmazonClientException)
        {
            return null;
        }
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
