using System.Text.Json;

namespace DaxProxy.Services.Model;

/// <summary>A service beside DynamoDB: one handler for each operation, whatever the protocol.</summary>
internal interface IService
{
    /// <summary>Its model.</summary>
    ServiceModel Model { get; }

    /// <summary>The resources that policies are asked about, each of which has to be allowed; <c>*</c> for none.</summary>
    /// <param name="operation">An operation that is answered here.</param>
    /// <param name="input">Its input, which satisfies the model.</param>
    IEnumerable<string> ResourcesOf(string operation, JsonElement input);

    /// <summary>Answers a request.</summary>
    /// <param name="operation">An operation that is answered here.</param>
    /// <param name="input">Its input, which satisfies the model. Times are numbers, in seconds since 1970.</param>
    /// <param name="cancellationToken">The caller gave up.</param>
    ValueTask<ServiceAnswer> ExecuteAsync(string operation, JsonElement input, CancellationToken cancellationToken);
}
