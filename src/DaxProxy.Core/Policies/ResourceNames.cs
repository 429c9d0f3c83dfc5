using DaxProxy.Core.Catalog;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Policies;

/// <summary>Resource names as policies see them.</summary>
/// <remarks>
/// Immutable. The embedded engine has one store and finds a table by its name alone. So account and region in a resource name are taken to
/// be those of the store. A remote backend knows other accounts, and is asked with the name as it was sent.
/// </remarks>
/// <param name="region">The region.</param>
/// <param name="account">Number of the account.</param>
/// <param name="keepsOthers">Whether names of other accounts and regions stay what they are.</param>
public sealed class ResourceNames(string region, string account, bool keepsOthers)
{
    private const string TablePart = ":table/";

    private readonly string prefix = $"arn:aws:dynamodb:{region}:{account}";

    /// <summary>Number of the account.</summary>
    public string Account { get; } = account;

    /// <summary>The region.</summary>
    public string Region { get; } = region;

    /// <summary>What a DAX client talks to: the resource of the actions of DAX.</summary>
    public string Cluster { get; } = $"arn:aws:dax:{region}:{account}:cache/daxproxy";

    /// <summary>The table of a name, or of a resource name of the table itself.</summary>
    public string Table(string nameOrArn) => TableNames.IsArn(nameOrArn) ? Of(nameOrArn) : $"{prefix}{TablePart}{nameOrArn}";

    /// <summary>An index.</summary>
    public string Index(string nameOrArn, string indexName) => $"{Table(nameOrArn)}/index/{indexName}";

    /// <summary>A global table, which is of no region.</summary>
    public string GlobalTable(string name) => $"arn:aws:dynamodb::{Account}:global-table/{name}";

    /// <summary>A table, or a part of one, by its resource name as it was sent.</summary>
    public string Of(string arn)
    {
        int at = arn.IndexOf(TablePart, StringComparison.Ordinal);
        return at < 0 || keepsOthers ? arn : prefix + arn[at..];
    }

    /// <summary>
    /// Name of the table that a resource is or is part of; null for one of another account or region, and for anything else.
    /// </summary>
    public string? TableNameOf(string arn) =>
        arn.StartsWith(prefix + TablePart, StringComparison.Ordinal) ? TableCatalog.PlainName(arn) : null;
}
