using System.Diagnostics;

namespace DaxProxy.Conformance.Commands;

/// <summary>A run of the program that ends by itself: its exit code, what it wrote, and what it complained of.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Runs it.</summary>
    /// <param name="environment">What its environment holds more than ours.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<ProgramRun> WithAsync(Dictionary<string, string> environment, params string[] arguments)
    {
        ProcessStartInfo start = new(ServerProcess.Program[0], [.. ServerProcess.Program[1..], .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return new ProgramRun(process.ExitCode, (await output).Trim(), (await errors).Trim());
    }

    /// <summary>Runs it in our environment.</summary>
    public static Task<ProgramRun> OfAsync(params string[] arguments) => WithAsync([], arguments);
}
