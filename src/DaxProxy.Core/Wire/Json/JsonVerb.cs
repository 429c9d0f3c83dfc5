using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json.Model;

namespace DaxProxy.Core.Wire.Json;

/// <summary>How one verb is read from JSON, and its answer written.</summary>
/// <param name="Verb">The verb.</param>
/// <param name="Read">Makes the operation of a request whose kinds and constraints are right.</param>
/// <param name="Write">Writes the members of an answer that is no error; null where every answer that is none is empty.</param>
internal sealed record JsonVerb(Verb Verb, Func<JsonElement, ValidationLayer, Operation> Read, Action<Utf8JsonWriter, Reply>? Write = null)
{
    /// <summary>The shape of its requests, by the official model.</summary>
    public InputShape Input { get; } = InputModel.Operations[Verb.Target];

    /// <summary>
    /// Whether it reports a bad <c>ReturnConsumedCapacity</c> before, and a missing <c>Key</c> behind the faults of all other members.
    /// </summary>
    public bool IsItemWrite { get; init; }

    /// <summary>Whether the current layer stops at the first fault of a member, in the model's order, instead of collecting them.</summary>
    public bool StopsAtFirstFault { get; init; }

    /// <summary>Whether the service leaves a request to the older layer, whatever the profile says; null for never.</summary>
    public Func<JsonElement, bool>? IsLeftToOlder { get; init; }

    /// <summary>A check that the service makes before the model's constraints; null for none.</summary>
    public Func<JsonElement, ValidationLayer, DynamoError?>? PreCheck { get; init; }

    /// <summary>A verb whose answers are of one type.</summary>
    public static JsonVerb Of<TReply>(
        Verb verb, Func<JsonElement, ValidationLayer, Operation> read, Action<Utf8JsonWriter, TReply> write)
        where TReply : Reply => new(verb, read, (writer, reply) => write(writer, (TReply)reply));
}
