using System.Diagnostics;

namespace DaxProxy.Conformance.Observing;

/// <summary>Prometheus' own checker, where it is on the machine.</summary>
internal static class Promtool
{
    /// <summary>What to say where it is not.</summary>
    public const string Missing =
        "promtool is not on this machine (Debian: apt-get install prometheus); only our own reading of the rules was checked";

    /// <summary>Runs it: its exit code and all that it said; null where it cannot be had.</summary>
    /// <param name="input">What it reads from its standard input.</param>
    /// <param name="arguments">The words after its name.</param>
    public static async Task<(int Code, string Said)?> RunAsync(string input, params string[] arguments)
    {
        ProcessStartInfo start =
            new("promtool", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }

        using Process owned = process;
        Task<string> said = process.StandardOutput.ReadToEndAsync(), complained = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        string all = await said + await complained;
        await process.WaitForExitAsync();
        return (process.ExitCode, all);
    }
}
