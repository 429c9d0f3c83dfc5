using System.Diagnostics;

namespace DaxProxy.Bench.Suite;

/// <summary>Publishes the product as its documentation says. The suite has to run inside its repository for that.</summary>
internal static class ProductBuilds
{
    /// <summary>Publishes it into a folder, as a native program unless told otherwise; gives the folder.</summary>
    /// <param name="output">The folder.</param>
    /// <param name="more">Arguments besides.</param>
    public static Task<string> PublishAsync(string output, params IEnumerable<string> more) =>
        DotnetAsync("publish", ProjectFile(), output, ["--use-current-runtime", .. more]);

    /// <summary>The native program: the one there is already, or a new one in a folder.</summary>
    public static async Task<string> NativeAsync(SuiteSettings settings, string output) =>
        settings.Native ?? ProgramIn(await PublishAsync(output).ConfigureAwait(false));

    /// <summary>The program in the folder that it was published to.</summary>
    public static string ProgramIn(string folder) => Path.Combine(folder, "daxproxy");

    /// <summary>Builds or publishes a project; gives the folder.</summary>
    /// <exception cref="IOException">It failed; the message is what <c>dotnet</c> said.</exception>
    public static async Task<string> DotnetAsync(string verb, string project, string output, params IEnumerable<string> more)
    {
        ProcessStartInfo start =
            new("dotnet", [verb, project, "--configuration", "Release", "--output", output, .. more]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string said = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode == 0 ? output : throw new IOException($"dotnet {verb} {project}: {said}");
    }

    /// <summary>The product's project, somewhere above the folder that this program runs from.</summary>
    private static string ProjectFile()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string file = Path.Combine(folder.FullName, "src", "DaxProxy", "DaxProxy.csproj");
            if (File.Exists(file))
            {
                return file;
            }
        }

        throw new IOException("The suite publishes the product, and so has to run inside its repository.");
    }
}
