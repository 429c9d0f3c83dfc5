using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Makes a table of a past state of one.</summary>
/// <param name="verb">What was asked.</param>
public abstract class RestoreOperation(Verb verb) : Operation(verb)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> TableNames => [TargetTableName];

    /// <summary>Name of the new table.</summary>
    public required string TargetTableName { get; init; }

    /// <summary>In what it shall differ.</summary>
    public RestoreOverrides Overrides { get; init; } = new();

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => TableDefinitionRules.CheckEncryption(Overrides.Encryption);
}
