using System.Buffers;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>The body of an answer of the DynamoDB JSON protocol.</summary>
public static class JsonReply
{
    /// <summary>Writes the body of any reply but an <see cref="ErrorReply"/>.</summary>
    public static void Write(Operation operation, Reply reply, IBufferWriter<byte> output) => throw new NotImplementedException();

    /// <summary>Writes the body of a refusal.</summary>
    public static void Write(DynamoError error, IBufferWriter<byte> output) => throw new NotImplementedException();
}
