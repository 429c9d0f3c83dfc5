namespace DaxProxy.Core.Errors;

/// <summary>Faults of replicas of tables in other regions. Source: recorded answers of the service's control plane.</summary>
public static class ReplicaFaults
{
    /// <summary>A change without an action.</summary>
    public static DynamoError NoAction { get; } =
        DynamoError.Validation("There are no actions specified in the Replica Update Action of the request.");

    /// <summary>Two replicas made or removed at once.</summary>
    public static DynamoError SeveralActions { get; } =
        DynamoError.Validation("Update table operation with more than one create or delete replica actions not allowed");

    /// <summary>A change of the replica in the region that is asked.</summary>
    public static DynamoError LocalRegion { get; } = DynamoError.Validation(
        "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or UpdateTable as required.");

    /// <summary>A replica of another region made a table of its own, or beside other changes. The text is ours.</summary>
    public static DynamoError DisassociatesElsewhere { get; } = DynamoError.Validation(
        "One or more parameter values were invalid: Disassociate must name the region that is asked, and be the only change");

    /// <summary>A replica removed from which another one was made not long ago.</summary>
    public static DynamoError ActedAsSource { get; } = DynamoError.Validation(
        "Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the table in the last 24 "
        + "hours.");

    /// <summary>The stream of a replica switched off.</summary>
    public static DynamoError StreamIsNeeded { get; } =
        DynamoError.Validation("One or more parameter values were invalid: Disabling Stream is not allowed for a Global Table replica.");

    /// <summary>A member of a global table that is changing. Its text is bare.</summary>
    public static DynamoError InUse { get; } =
        DynamoError.Modelled("ResourceInUseException", "The resource which you are attempting to change is in use.");

    /// <summary>A replica of a table whose stream shows too little. The text is ours: a recorded one is not known.</summary>
    public static DynamoError StreamShowsTooLittle { get; } = DynamoError.Validation(
        "One or more parameter values were invalid: Table needs a stream with StreamViewType NEW_AND_OLD_IMAGES before replicas are added");

    /// <summary>A table of the name is in the region already.</summary>
    public static DynamoError Exists(string table) => DynamoError.Validation(
        $"Failed to create a the new replica of table with name: ‘{table}’ because one or more replicas already existed as tables.");

    /// <summary>A replica changed or removed that is none.</summary>
    public static DynamoError NotAMember(string region) => DynamoError.Validation(
        "Update global table operation failed because one or more replicas were not part of the global table. "
        + $"Please retry the request without these replicas: [{region}].");

    /// <summary>A region that is not there.</summary>
    /// <param name="region">The region.</param>
    /// <param name="regions">Those that there are.</param>
    public static DynamoError NoSuchRegion(string region, IEnumerable<string> regions) => DynamoError.Validation(
        $"Region {region} is not supported. The latest version of global tables are only supported in the following regions: "
        + $"[{string.Join(", ", regions)}]");

    /// <summary>A change of replicas while one is being made.</summary>
    /// <param name="table">Name of the table.</param>
    /// <param name="region">Where the replica is being made.</param>
    public static DynamoError BeingAdded(string table, string region) => DynamoError.Validation(
        "Create/Update/Delete of replica is not allowed while the replica is being added to table with name: "
        + $"‘{table}’ in region: ‘{region}’.");
}
