using System.CommandLine;
using System.Globalization;

namespace DaxProxy.Bench.Transfers;

/// <summary>The command <c>transfers</c>: how fast items come and go through objects, and what memory that takes.</summary>
internal static class TransferCommand
{
    public static Command Create()
    {
        Option<int> items = new("--items") { Description = "How many items", DefaultValueFactory = _ => 1_000_000 };
        Option<int> bytes = new("--bytes") { Description = "Bytes of an item", DefaultValueFactory = _ => 200 };
        Option<int?> mostMegabytes = new("--most-mb") { Description = "Fail when the process had more than this" };
        Command command =
            new("transfers", "Import, export, import again and bulk-put items, with the engine on a disk") { items, bytes, mostMegabytes };
        command.SetAction(async (parsed, _) =>
        {
            using TransferRun run = new(parsed.GetValue(items), parsed.GetValue(bytes));
            Console.WriteLine("| step | items | seconds | items/s | process at its end, MB |");
            Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
            await foreach (TransferStep step in run.RunAsync())
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {step.Name} | {step.Items:N0} | {step.Seconds:F1} | {step.Items / step.Seconds:N0} | {step.ResidentMegabytes:N0} |"));
            }

            long peak = TransferRun.PeakMegabytes();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"Most at any time: {peak:N0} MB, of it {run.PeakOwnMegabytes:N0} MB not pages of files"));
            return peak <= (parsed.GetValue(mostMegabytes) ?? long.MaxValue) ? 0 : 1;
        });
        return command;
    }
}
