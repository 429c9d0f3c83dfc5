namespace DaxProxy.Core.Operations;

/// <summary>An answer finished for one wire: what the front end copies out, and the headers that depend on it.</summary>
/// <param name="Body">The whole body. Never changed; kept by the cache, so a reader must not keep it longer than the reply.</param>
/// <param name="Crc32">Value of <c>x-amz-crc32</c> for this body, in decimal; made once.</param>
/// <remarks>Source of the header: DynamoDB's JSON protocol; the SDKs compare it with the body.</remarks>
public readonly record struct Face(ReadOnlyMemory<byte> Body, string Crc32);
