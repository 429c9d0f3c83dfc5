namespace DaxProxy.Options;

/// <summary>Exit codes of the commands besides 0, for all is well, and 1, for a fault while running.</summary>
internal static class ExitCode
{
    /// <summary>The command line or the configuration cannot be used.</summary>
    public const int UsageFault = 2;
}
