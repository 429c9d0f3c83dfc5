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

    /// <summary>
    /// Whether it reports a bad <c>ReturnConsumedCapacity</c> before, and a missing <c>Key</c> behind the faults of all other members.
    /// </summary>
    public bool IsItemWrite { get; init; }

    /// <summary>Whether the current layer stops at the first fault of a member, in the model's order, instead of collecting them.</summary>
    public bool StopsAtFirstFault { get; init; }

    /// <summary>Whether the service leaves a request to the older layer, whatever the profile says; null for never.</summary>
    public Func<JsonElement, bool>? IsLeftToOlder { get; init; }

    /// <summary>A check that the service makes before the model's constraints; null for none.</summary>
    public Func<JsonElement, DynamoError?>? PreCheck { get; init; }
}
