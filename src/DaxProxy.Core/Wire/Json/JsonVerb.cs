using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>How one verb is read from JSON.</summary>
/// <param name="Name">Name of the verb.</param>
/// <param name="Read">Makes the operation of a request whose kinds and constraints are right.</param>
internal sealed record JsonVerb(string Name, Func<JsonElement, ValidationLayer, Operation> Read)
{
    /// <summary>What targets of DynamoDB begin with.</summary>
    public const string DynamoDb = "DynamoDB_20120810.";

    /// <summary>What targets of DynamoDB Streams begin with.</summary>
    public const string Streams = "DynamoDBStreams_20120810.";

    /// <summary>What the verb's target begins with: <see cref="DynamoDb"/> or <see cref="Streams"/>.</summary>
    public string Service { get; init; } = DynamoDb;

    /// <summary>Whether it manages tables.</summary>
    public bool IsControlPlane { get; init; }

    /// <summary>A check that the service makes before the model's constraints; null for none.</summary>
    public Func<JsonElement, ValidationLayer, DynamoError?>? PreCheck { get; init; }
}
