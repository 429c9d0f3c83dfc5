namespace DaxProxy.Bench.Compare;

/// <summary>What <see cref="DurabilityTrial"/> saw of one server.</summary>
/// <param name="Name">The server.</param>
/// <param name="SynchronisationsPerWrite">Calls of fsync or fdatasync for one write of many in a row; null where strace is missing.</param>
/// <param name="Acknowledged">Writes acknowledged before the server was killed.</param>
/// <param name="Lost">Those of them that were gone after it was started again.</param>
internal sealed record DurabilityResult(string Name, double? SynchronisationsPerWrite, int Acknowledged, int Lost)
{
    /// <summary>What follows for a loss of power.</summary>
    public string AfterPowerLoss => SynchronisationsPerWrite switch
    {
        null => "not measured, strace is missing",
        >= 1 => "survives: synchronised before it is acknowledged",
        _ => "may be lost: acknowledged before it is on the disk",
    };
}
