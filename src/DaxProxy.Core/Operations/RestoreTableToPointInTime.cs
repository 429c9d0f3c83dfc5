using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Makes a table of the state that another one had at a time.</summary>
public sealed class RestoreTableToPointInTime() : RestoreOperation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(RestoreTableToPointInTime))
    {
        IsControlPlane = true,
        Effect = VerbEffect.Tables,
        TableMember = nameof(TargetTableName),
    };

    /// <summary>The table whose state is taken, by the name under which the engine looks for it.</summary>
    public override OperationResource? Resource =>
        new OperationResource.OfTable(SourceTableName ?? SourceTableArn![(SourceTableArn!.LastIndexOf('/') + 1)..]);

    /// <summary>Name of the table whose state is taken; null when the request names it by its ARN.</summary>
    public string? SourceTableName { get; init; }

    /// <summary>Resource name of that table; null when the request has its name.</summary>
    public string? SourceTableArn { get; init; }

    /// <summary>The time; null when the latest is asked for.</summary>
    public DateTimeOffset? RestoreDateTime { get; init; }

    /// <summary>Whether the latest time is asked for that there is.</summary>
    public bool UseLatestRestorableTime { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer)
    {
        if (SourceTableArn is null == SourceTableName is null)
        {
            return BackupFaults.NotOneSource;
        }

        return UseLatestRestorableTime == RestoreDateTime is not null ? BackupFaults.NotOneTime : base.CheckStatically(layer);
    }
}
