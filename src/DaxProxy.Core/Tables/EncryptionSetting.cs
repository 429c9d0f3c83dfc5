namespace DaxProxy.Core.Tables;

/// <summary>Encryption at rest as a table was asked to have it. The service's own key is the absence of this.</summary>
/// <param name="KmsMasterKeyArn">The key, as given or the service's default alias.</param>
public sealed record EncryptionSetting(string KmsMasterKeyArn);
