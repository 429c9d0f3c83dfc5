namespace DaxProxy.Core.Operations;

/// <summary>The verbs about what is not modelled here; their requests become an <see cref="OpaqueOperation"/>.</summary>
/// <remarks>A verb that gets an operation of its own moves there.</remarks>
public static class OpaqueVerbs
{

    /// <summary>CreateGlobalTable.</summary>
    public static Verb CreateGlobalTable { get; } = Changing(nameof(CreateGlobalTable), "GlobalTableName");

    /// <summary>UpdateGlobalTable.</summary>
    public static Verb UpdateGlobalTable { get; } = Changing(nameof(UpdateGlobalTable), "GlobalTableName");

    /// <summary>DescribeGlobalTable.</summary>
    public static Verb DescribeGlobalTable { get; } = Answered(nameof(DescribeGlobalTable));

    /// <summary>UpdateGlobalTableSettings.</summary>
    public static Verb UpdateGlobalTableSettings { get; } = Changing(nameof(UpdateGlobalTableSettings), "GlobalTableName");

    /// <summary>DescribeGlobalTableSettings.</summary>
    public static Verb DescribeGlobalTableSettings { get; } = Answered(nameof(DescribeGlobalTableSettings));

    /// <summary>ListGlobalTables.</summary>
    public static Verb ListGlobalTables { get; } = Answered(nameof(ListGlobalTables));

    /// <summary>UpdateTableReplicaAutoScaling.</summary>
    public static Verb UpdateTableReplicaAutoScaling { get; } = Changing(nameof(UpdateTableReplicaAutoScaling));

    /// <summary>DescribeTableReplicaAutoScaling.</summary>
    public static Verb DescribeTableReplicaAutoScaling { get; } = Answered(nameof(DescribeTableReplicaAutoScaling));

    /// <summary>EnableKinesisStreamingDestination.</summary>
    public static Verb EnableKinesisStreamingDestination { get; } = Refused(nameof(EnableKinesisStreamingDestination));

    /// <summary>DisableKinesisStreamingDestination.</summary>
    public static Verb DisableKinesisStreamingDestination { get; } = Refused(nameof(DisableKinesisStreamingDestination));

    /// <summary>UpdateKinesisStreamingDestination.</summary>
    public static Verb UpdateKinesisStreamingDestination { get; } = Refused(nameof(UpdateKinesisStreamingDestination));

    /// <summary>DescribeKinesisStreamingDestination.</summary>
    public static Verb DescribeKinesisStreamingDestination { get; } = Answered(nameof(DescribeKinesisStreamingDestination));

    /// <summary>One that is answered truthfully: there is nothing of the kind.</summary>
    private static Verb Answered(string name) => new(name) { IsControlPlane = true };

    private static Verb Refused(string name) => new(name) { IsControlPlane = true, Support = EngineSupport.Refused };

    /// <summary>One that the embedded engine refuses, and that makes or changes a table elsewhere.</summary>
    private static Verb Changing(string name, string tableMember = "TableName") => new(name)
    {
        IsControlPlane = true,
        Effect = VerbEffect.Tables,
        TableMember = tableMember,
        Support = EngineSupport.Refused,
    };
}
