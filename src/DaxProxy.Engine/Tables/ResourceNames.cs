namespace DaxProxy.Engine.Tables;

/// <summary>Resource names (ARNs) of the engine's tables.</summary>
/// <param name="region">The region they show.</param>
internal sealed class ResourceNames(string region)
{
    /// <summary>The engine knows no accounts; this is the number emulators commonly show.</summary>
    private const string Account = "000000000000";

    /// <summary>The region that names show.</summary>
    public string Region { get; } = region;

    public string Table(string tableName) => $"arn:aws:dynamodb:{Region}:{Account}:table/{tableName}";

    public string Stream(string tableName, string label) => $"{Table(tableName)}/stream/{label}";

    public string Index(string tableName, string indexName) => $"{Table(tableName)}/index/{indexName}";
}
