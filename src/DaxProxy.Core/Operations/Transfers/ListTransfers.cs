using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations.Transfers;

/// <summary>ListExports and ListImports.</summary>
/// <param name="verb">What was asked.</param>
public sealed class ListTransfers(Verb verb) : Operation(verb)
{
    /// <summary>ListExports.</summary>
    public static Verb OfExports { get; } = new("ListExports") { IsControlPlane = true };

    /// <summary>ListImports.</summary>
    public static Verb OfImports { get; } = new("ListImports") { IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => OperationResource.Account;

    /// <summary>The table whose exports or imports are listed; null for those of all tables.</summary>
    public string? TableArn { get; init; }

    /// <summary>Most that are listed on a page; null for as many as there may be.</summary>
    public int? MaxResults { get; init; }

    /// <summary>Where the page before ended; null for the first.</summary>
    public string? NextToken { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
