using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>
/// Lists the bulk operations of the account in this region. In front of a remote backend only the caches ask it; a client's request of this
/// name is passed on as it is.
/// </summary>
public sealed class ListBulkOperations() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(ListBulkOperations)) { IsRepeatable = true, IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => OperationResource.Account;

    /// <summary>Most that are listed on a page; null for as many as the service lists unasked.</summary>
    public int? MaxResults { get; init; }

    /// <summary>Where the page before ended; null for the first.</summary>
    public string? NextToken { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
