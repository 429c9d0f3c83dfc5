namespace DaxProxy.Services.DaxControl;

/// <summary>The cluster that this process and its peers are.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record DaxCluster
{
    /// <summary>How long DAX keeps items and queries where no parameter group says otherwise.</summary>
    public static TimeSpan DefaultTimeToLive => TimeSpan.FromMinutes(5);

    public required string Name { get; init; }

    public required string Arn { get; init; }

    public required string RoleArn { get; init; }

    public required string Zone { get; init; }

    /// <summary>When this process began to serve.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Whether clients are told of ports with TLS.</summary>
    public required bool IsEncrypted { get; init; }

    /// <summary>This node and those that its clients are told of.</summary>
    public required IReadOnlyList<DaxClusterNode> Nodes { get; init; }

    public required TimeSpan RecordTimeToLive { get; init; }

    public required TimeSpan QueryTimeToLive { get; init; }
}
