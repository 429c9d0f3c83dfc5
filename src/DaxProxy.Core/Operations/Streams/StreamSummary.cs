namespace DaxProxy.Core.Operations.Streams;

/// <summary>A stream as ListStreams shows it.</summary>
/// <param name="StreamArn">Resource name.</param>
/// <param name="TableName">The table whose changes it holds.</param>
/// <param name="StreamLabel">What tells it from the table's other streams: the time of its making.</param>
public sealed record StreamSummary(string StreamArn, string TableName, string StreamLabel);
