namespace DaxProxy.Backends.Remote;

/// <summary>A whole answer of the backend, unpacked and with its checksum compared.</summary>
/// <param name="StatusCode">The HTTP status.</param>
/// <param name="Body">The body.</param>
internal readonly record struct RemoteAnswer(int StatusCode, ReadOnlyMemory<byte> Body);
