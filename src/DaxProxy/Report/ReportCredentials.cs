using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;

namespace DaxProxy.Report;

/// <summary>What the requests of a report are signed with.</summary>
internal static class ReportCredentials
{
    private const string NoMetadata = "AWS_EC2_METADATA_DISABLED";

    /// <summary>
    /// What every AWS SDK would find on this machine; for a server in clear text on it, where any key will do, a made-up key if there is
    /// nothing to be found.
    /// </summary>
    /// <param name="direct">Where DynamoDB is.</param>
    /// <exception cref="ReportFault">There is nothing.</exception>
    public static AWSCredentials Find(Uri direct)
    {
        bool anyWillDo = direct.IsLoopback && direct.Scheme == Uri.UriSchemeHttp;
        if (anyWillDo && Environment.GetEnvironmentVariable(NoMetadata) is null)
        {
            // No role is wanted here, and asking for one takes seconds on a network that does not answer.
            Environment.SetEnvironmentVariable(NoMetadata, "true");
        }

        try
        {
            return new DefaultAWSCredentialsIdentityResolver().ResolveIdentity(null);
        }
        catch (AmazonClientException) when (anyWillDo)
        {
            return new BasicAWSCredentials("local", "local");
        }
        catch (AmazonClientException fault)
        {
            throw new ReportFault(
                $"--direct {direct}: no AWS credentials found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE", fault);
        }
    }

    /// <summary>Those of a profile.</summary>
    /// <exception cref="ReportFault">There is none of that name.</exception>
    public static AWSCredentials OfProfile(string name) =>
        new CredentialProfileStoreChain().TryGetAWSCredentials(name, out AWSCredentials credentials)
            ? credentials
            : throw new ReportFault(
                $"--proxied-profile {name}: no such profile with a key; "
                + "add it to the AWS credentials file, which AWS_SHARED_CREDENTIALS_FILE names");
}
