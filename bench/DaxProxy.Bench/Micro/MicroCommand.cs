using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace DaxProxy.Bench.Micro;

/// <summary>The command <c>micro</c>: hands its arguments to BenchmarkDotNet.</summary>
/// <remarks>Benchmarks run in this process: none of them needs another, and nothing has to be built or restored for them.</remarks>
internal static class MicroCommand
{
    public static Command Create()
    {
        Command command = new(
            "micro", "Measure single steps; the arguments are BenchmarkDotNet's, e.g. --filter *Peek* --warmupCount 3 --iterationCount 5")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(parsed =>
        {
            ManualConfig config = ManualConfig.Create(DefaultConfig.Instance)
                .AddDiagnoser(MemoryDiagnoser.Default)
                .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).AsDefault());
            string[] arguments = [.. parsed.UnmatchedTokens];
            BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(arguments.Length > 0 ? arguments : ["--filter", "*"], config);
            return 0;
        });
        return command;
    }
}
