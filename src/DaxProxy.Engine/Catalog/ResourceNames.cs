using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Catalog;

/// <summary>Resource names (ARNs) of the engine's tables.</summary>
/// <param name="region">The region they show.</param>
internal sealed class ResourceNames(string region)
{
    /// <summary>The engine knows no accounts; this is the number emulators commonly show.</summary>
    public const string AccountId = "000000000000";

    /// <summary>The region that names show.</summary>
    public string Region { get; } = region;

    /// <summary>Whether a resource is of our account. Its region makes no difference: there is one store for all.</summary>
    public static bool IsOurs(string arn) => arn.Split(':') is [_, _, _, _, AccountId, ..];

    public string Table(string tableName) => $"arn:aws:dynamodb:{Region}:{AccountId}:table/{tableName}";

    public string Backup(string tableName, string label) => $"{Table(tableName)}/backup/{label}";

    public string Stream(string tableName, string label) => $"{Table(tableName)}/stream/{label}";

    /// <summary>Encryption as a request asks for it; null for the service's own key.</summary>
    public EncryptionSetting? Encryption(EncryptionRequest? request)
    {
        if (request?.Enabled != true)
        {
            return null;
        }

        string key = request.KmsMasterKeyId ?? "alias/aws/dynamodb";
        bool isArn = key.StartsWith("arn:", StringComparison.Ordinal);
        string resource = key.StartsWith("alias/", StringComparison.Ordinal) ? key : "key/" + key;
        return new EncryptionSetting(isArn ? key : $"arn:aws:kms:{Region}:{AccountId}:{resource}");
    }

    public string Index(string tableName, string indexName) => $"{Table(tableName)}/index/{indexName}";
}
