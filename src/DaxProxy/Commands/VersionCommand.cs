using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DaxProxy.Commands;

/// <summary>The command <c>version</c>: which build this is.</summary>
internal static class VersionCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Command command = new("version", "Say which build this is");
        command.SetAction(_ => Console.WriteLine(
            $"daxproxy {typeof(VersionCommand).Assembly.GetName().Version!.ToString(3)}, {RuntimeInformation.FrameworkDescription}, "
            + $"{RuntimeInformation.RuntimeIdentifier}, {(RuntimeFeature.IsDynamicCodeCompiled ? "compiled as it runs" : "native")}"));
        return command;
    }
}
