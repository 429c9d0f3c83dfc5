using System.CommandLine;
using DaxProxy.Capacity;
using DaxProxy.Capacity.Page;
using DaxProxy.Options;
using DaxProxy.Report;

namespace DaxProxy.Commands;

/// <summary>
/// The command <c>capacity</c>: simulates what a load would consume, throttle and cost in each mode of capacity, with the caches and
/// without.
/// </summary>
internal static class CapacityCommand
{
    private const int RunFault = 1;
    private const int Interrupted = 130;

    private static string Version => typeof(CapacityCommand).Assembly.GetName().Version!.ToString(3);

    /// <summary>The command.</summary>
    public static Command Create()
    {
        CapacityOptions options = new();
        Command command = new(
            "capacity",
            "Simulate what a load would consume, throttle and cost: provisioned, on demand, auto scaling; with the caches and without");
        foreach (Option option in options.All)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, _) => RunAsync(options, parsed));
        return command;
    }

    private static async Task<int> RunAsync(CapacityOptions options, ParseResult parsed)
    {
        using StopSignals stop = new();
        Progress progress = new(Console.Error, !Console.IsErrorRedirected);
        CapacityPlan plan;
        try
        {
            plan = options.ToPlan(parsed);
        }
        catch (ReportFault fault)
        {
            progress.Say(fault.Message);
            return ExitCode.UsageFault;
        }

        try
        {
            CapacityResult result = new CapacityRun(plan, progress).Run(stop.Token);
            await OutputFile.WriteAsync("--out", plan.Out, CapacityPage.Write(result, Version), stop.Token)
                .ConfigureAwait(false);
            progress.Clear();
            Print(result);
            return 0;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            progress.Say("Stopped; there is no page.");
            return Interrupted;
        }
        catch (ReportFault fault)
        {
            progress.Say(fault.Message);
            return RunFault;
        }
    }

    private static void Print(CapacityResult result)
    {
        IReadOnlyList<string>[] rows = [CapacityText.Heads, .. result.Ways.Select(way => CapacityText.RowOf(result, way))];
        int[] widths = [.. CapacityText.Heads.Select((_, column) => rows.Max(row => row[column].Length))];
        Console.WriteLine(CapacityText.WhatOf(result));
        Console.WriteLine();
        foreach (IReadOnlyList<string> row in rows)
        {
            Console.WriteLine(string.Join("  ", row.Select(
                (cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
        }

        Console.WriteLine();
        Console.WriteLine(CapacityText.AdviceOf(result));
        Console.WriteLine(
            $"Simulated {Quantity.Whole(result.Requests / Math.Max(result.Took.TotalSeconds, 0.001))} requests/s. "
            + $"What is assumed, and pictures: {result.Plan.Out}");
    }
}
