namespace DaxProxy.Simulation;

/// <summary>Names of faults. Pure functions.</summary>
internal static class Faults
{
    private static readonly string[] Names = ["throttle", "throttle-on-demand", "throttle-account", "error", "lost", "unprocessed", "latency"];

    /// <summary>All of them.</summary>
    public static Fault[] All { get; } = Enum.GetValues<Fault>();

    /// <summary>The name by which options, metrics and <c>Cache-Status</c> call it.</summary>
    public static string NameOf(Fault fault) => Names[(int)fault];
}
