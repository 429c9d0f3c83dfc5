using System.CommandLine;
using System.Runtime.InteropServices;
using DaxProxy.Options;
using DaxProxy.Report;
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
        ReportPlan plan;
        try
        {
            plan = options.ToPlan(parsed);
        }
        catch (ReportFault fault)
        {
            await Console.Error.WriteLineAsync(fault.Message).ConfigureAwait(false);
            return ExitCode.UsageFault;
        }

        using CancellationTokenSource stop = new();
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        Progress progress = new(Console.Error, !Console.IsErrorRedirected);
        try
        {
            Measurement measurement = await new ReportRun(plan, progress, TimeProvider.System).RunAsync(stop.Token).ConfigureAwait(false);
            ReportResult result = ReportResult.Of(plan, measurement);
            await File.WriteAllTextAsync(plan.Out, ReportPage.Write(result), stop.Token).ConfigureAwait(false);
            await File.WriteAllBytesAsync(plan.OutJson, ReportJson.Write(result), stop.Token).ConfigureAwait(false);
            progress.Clear();
            Console.WriteLine(result.Verdict.Headline);
            Console.WriteLine(result.Verdict.Reason);
            if (measurement.OwnAudit is { } own)
            {
                Console.WriteLine(own);
            }

            Console.WriteLine($"More in {plan.Out} and {plan.OutJson}");
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            progress.Say("Stopped; there is no report.");
            return Interrupted;
        }
        catch (ReportFault fault)
        {
            progress.Say(fault.Message);
            return RunFault;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            progress.Say($"--out {plan.Out}: cannot be written: {fault.Message.ReplaceLineEndings(" ")}");
            return RunFault;
        }

        void OnSignal(PosixSignalContext context)
        {
            // The tables have to go first. Who asks twice is not kept waiting.
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }
}
