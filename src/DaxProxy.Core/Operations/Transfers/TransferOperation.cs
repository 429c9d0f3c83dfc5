using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations.Transfers;

/// <summary>A request that starts an export, an import or a bulk operation.</summary>
/// <param name="verb">What was asked.</param>
public abstract class TransferOperation(Verb verb) : Operation(verb)
{
    /// <summary>What makes requests with the same parameters one; null for none.</summary>
    public string? ClientToken { get; init; }

    /// <summary>The members that the description of what is started repeats, as a JSON object.</summary>
    public required string Sent { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
