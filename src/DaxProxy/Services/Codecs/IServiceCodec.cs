using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Services.Model;

namespace DaxProxy.Services.Codecs;

/// <summary>One of the protocols that services are spoken to in.</summary>
/// <remarks>Thread-safe. Inside, requests and answers are JSON with times as seconds since 1970.</remarks>
internal interface IServiceCodec
{
    /// <summary>The type of an answer's body.</summary>
    string ContentType { get; }

    /// <summary>
    /// Reads an input, without members that the model does not know. Null when it is none: the body cannot be read, or a value has
    /// another kind than the model says.
    /// </summary>
    /// <param name="body">The body.</param>
    /// <param name="shape">The operation's input.</param>
    /// <returns>The input, which the caller disposes.</returns>
    JsonDocument? TryRead(byte[] body, ServiceShape shape);

    /// <summary>What is refused that cannot be read.</summary>
    ServiceFault Unreadable { get; }

    /// <summary>Writes a result.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="result">The result.</param>
    /// <param name="requestId">The id of the answer.</param>
    byte[] Write(string operation, JsonObject result, string requestId);

    /// <summary>Writes a refusal.</summary>
    /// <param name="fault">The refusal.</param>
    /// <param name="requestId">The id of the answer.</param>
    byte[] Write(ServiceFault fault, string requestId);
}
