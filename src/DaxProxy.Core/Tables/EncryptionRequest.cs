namespace DaxProxy.Core.Tables;

/// <summary><c>SSESpecification</c> as sent.</summary>
/// <param name="Enabled">Whether to encrypt with a key of AWS KMS; null when absent.</param>
/// <param name="SseType"><c>KMS</c> or <c>AES256</c>; null when absent.</param>
/// <param name="KmsMasterKeyId">The key; null for the default one.</param>
public sealed record EncryptionRequest(bool? Enabled, string? SseType, string? KmsMasterKeyId);
