using System.CommandLine;
using System.Text;
using DaxProxy.Options;
using DaxProxy.Report;
using DaxProxy.Report.Demo;
using DaxProxy.Report.Page;

namespace DaxProxy.Commands;

/// <summary>
/// The command <c>report</c>: measures, with the user's own load if there is one, whether the proxy helps, and writes down what came out.
/// </summary>
internal static class ReportCommand
{
    private const int RunFault = 1;
    private const int Interrupted = 130;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        ReportOptions options = new();
        Command command = new(
            "report",
            "Measure whether the proxy helps: the same requests straight to DynamoDB and through the proxy, in tables made for it");
        foreach (Option option in options.All)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, _) => RunAsync(options, parsed));
        return command;
    }

    private static async Task<int> RunAsync(ReportOptions options, ParseResult parsed)
    {
        using StopSignals stop = new();
        Progress progress = new(Console.Error, !Console.IsErrorRedirected);
        DemoSetup? demonstration = null;
        try
        {
            options.Check(parsed);
            if (options.FilesToCompare(parsed) is var (older, newer))
            {
                Console.Write(ReportComparison.Of(older, newer));
                return 0;
            }
        }
        catch (ReportFault fault)
        {
            progress.Say(fault.Message);
            return ExitCode.UsageFault;
        }

        try
        {
            if (options.DemoDistance(parsed) is { } distance)
            {
                progress.Begin("starting a distant engine and a proxy", 0);
                demonstration = await DemoSetup.StartAsync(distance, stop.Token).ConfigureAwait(false);
                progress.Say($"The dashboard of the proxy, as long as this takes: {demonstration.Dashboard}");
            }

            return await RunAsync(options.ToPlan(parsed, demonstration), progress, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            progress.Say("Stopped; there is no report.");
            return Interrupted;
        }
        catch (ReportFault fault)
        {
            progress.Say(fault.Message);
            return RunFault;
        }
        finally
        {
            if (demonstration is not null)
            {
                await demonstration.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task<int> RunAsync(ReportPlan plan, Progress progress, CancellationToken stop)
    {
        Measurement measurement = await new ReportRun(plan, progress, TimeProvider.System).RunAsync(stop).ConfigureAwait(false);
        ReportResult result = ReportResult.Of(plan, measurement);
        await OutputFile.WriteAsync("--out", plan.Out, ReportPage.Write(result), stop).ConfigureAwait(false);
        await OutputFile.WriteAsync("--out", plan.OutJson, Encoding.UTF8.GetString(ReportJson.Write(result)), stop).ConfigureAwait(false);
        if (plan.JUnit is { } file)
        {
            await OutputFile.WriteAsync("--junit", file, JUnitFile.Write(result), stop).ConfigureAwait(false);
        }

        progress.Clear();
        Console.WriteLine(result.Verdict.Headline);
        Console.WriteLine(result.Verdict.Reason);
        foreach (string caveat in result.Caveats)
        {
            Console.WriteLine("But: " + caveat);
        }

        if (measurement.OwnAudit is { } own)
        {
            Console.WriteLine(own);
        }

        Console.WriteLine($"More in {plan.Out} and {plan.OutJson}");
        int exitCode = 0;
        foreach (FailRule rule in plan.FailRules)
        {
            if (rule.FindFault(result.Figures) is { } fault)
            {
                await Console.Error.WriteLineAsync($"--fail-if '{rule}': {fault}").ConfigureAwait(false);
                exitCode = FailRule.ExitCode;
            }
        }

        return exitCode;
    }
}
