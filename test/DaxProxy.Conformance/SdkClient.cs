using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace DaxProxy.Conformance;

/// <summary>Makes clients of the AWS SDK for an endpoint.</summary>
internal static class SdkClient
{
    /// <summary>A client that never repeats a request: every fault is the test's to see.</summary>
    /// <param name="endPoint">Where it sends its requests.</param>
    /// <param name="handler">What sends them, which stays the caller's; null for one of its own.</param>
    public static AmazonDynamoDBClient For(Uri endPoint, HttpMessageHandler? handler = null)
    {
        AWSCredentials credentials = Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID") is { } id
            ? new BasicAWSCredentials(id, Environment.GetEnvironmentVariable("AWS_SECRET_ACCESS_KEY"))
            : new BasicAWSCredentials("AKIDEXAMPLE", "secret");
        return new AmazonDynamoDBClient(credentials, new AmazonDynamoDBConfig
        {
            ServiceURL = endPoint.ToString(),
            AuthenticationRegion = "us-east-1",
            MaxErrorRetry = 0,
            HttpClientFactory = handler is null ? null : new Sharing(handler),
        });
    }

    private sealed class Sharing(HttpMessageHandler handler) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(handler, disposeHandler: false);
    }
}
