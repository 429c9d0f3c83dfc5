namespace DaxProxy.Simulation;

/// <summary>Names of faults. Pure functions.</summary>
internal static class FaultKinds
{
    private static readonly string[] Names =
        ["throttle", "throttle-on-demand", "throttle-account", "error", "lost", "unprocessed", "latency"];

    /// <summary>All of them.</summary>
    public static FaultKind[] All { get; } = Enum.GetValues<FaultKind>();

    /// <summary>The name by which options, metrics and <c>Cache-Status</c> call it.</summary>
    public static string NameOf(FaultKind fault) => Names[(int)fault];
}
