using DaxProxy.Conformance.Clients;

namespace DaxProxy.Conformance.Report;

/// <summary>Starts programs as a terminal would: Ctrl-C ends them, even where these tests are a job in the background.</summary>
/// <remarks>A shell starts such a job with SIGINT ignored; every child inherits that, and .NET respects it.</remarks>
internal static class Foreground
{
    /// <summary>
    /// The words to put before a command; the process that they start becomes the command's. None where <c>env</c> cannot do it.
    /// </summary>
    public static IReadOnlyList<string> Wrapper { get; } = CanReset() ? Words : [];

    private static string[] Words => ["env", "--default-signal=INT"];

    private static bool CanReset() => ClientProcess.Run(Words[0], ClientProcess.RunTime, null, [.. Words[1..], "true"]).Code == 0;
}
