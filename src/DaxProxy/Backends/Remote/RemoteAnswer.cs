namespace DaxProxy.Backends.Remote;

/// <summary>A whole answer of the backend, unpacked and with its checksum compared.</summary>
/// <param name="StatusCode">The HTTP status.</param>
/// <param name="Body">The body.</param>
/// <param name="SignedAt">The instant that the request was signed as of.</param>
/// <param name="RequestId">
/// The backend's id of the request, of an answer that is no success, or of a request that is traced; null where it does not tell.
/// </param>
/// <param name="Date">The backend's own time, of an answer that is no success; null where it does not tell.</param>
internal readonly record struct RemoteAnswer(
    int StatusCode, ReadOnlyMemory<byte> Body, DateTimeOffset SignedAt, DateTimeOffset? Date, string? RequestId);
