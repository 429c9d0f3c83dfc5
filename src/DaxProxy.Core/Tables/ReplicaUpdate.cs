namespace DaxProxy.Core.Tables;

/// <summary>One change of the replicas of a table, as UpdateTable asks for it: exactly one of the four is to be there.</summary>
/// <param name="Create">The replica that is to be made; null for none.</param>
/// <param name="Update">The replica that is to be changed; null for none.</param>
/// <param name="Delete">The replica that is to go; null for none.</param>
/// <param name="Disassociate">The replica that is to become a table of its own; null for none.</param>
public sealed record ReplicaUpdate(
    ReplicaAction? Create, ReplicaAction? Update, ReplicaAction? Delete, ReplicaAction? Disassociate = null)
{
    /// <summary>What is asked, of which there should be one.</summary>
    public IEnumerable<ReplicaAction> Actions => new[] { Create, Update, Delete, Disassociate }.OfType<ReplicaAction>();
}

/// <summary>What is asked of a replica.</summary>
/// <param name="RegionName">Its region.</param>
public sealed record ReplicaAction(string RegionName)
{
    /// <summary>The key of AWS KMS that it is to be encrypted with; null to leave it.</summary>
    public string? KmsMasterKeyId { get; init; }

    /// <summary>Its table class, where that differs from the table's; null to leave it.</summary>
    public string? TableClassOverride { get; init; }

    /// <summary>Its provisioned read units, where those differ from the table's; null to leave them.</summary>
    public long? ReadCapacityUnits { get; init; }

    /// <summary>The first member that the engine does not have; null for none.</summary>
    public string? Unsupported { get; init; }

    /// <summary>Whether nothing is asked but that it be there.</summary>
    public bool IsPlain => KmsMasterKeyId is null && TableClassOverride is null && ReadCapacityUnits is null && Unsupported is null;
}
