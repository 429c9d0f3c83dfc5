using DaxProxy.Bench.Load;
using DaxProxy.Load;

namespace DaxProxy.Bench.Soak;

/// <summary>Many connections that have asked once and then wait: what they take, and whether each still answers afterwards.</summary>
internal static class DaxIdle
{
    private const double MB = 1e6;
    private const double MostMB = 200;
    private const int LoadedConnections = 32;
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(20);

    /// <summary>Runs; false if the server takes too much. A connection that was lost ends the command with an exception.</summary>
    public static async Task<bool> RunAsync(DaxSoakPlan plan)
    {
        LoadItems items = new(items: 100, itemBytes: 400);
        using DaxSubject subject = await DaxSubject.StartAsync([LoadItems.CreateTable, .. items.Puts()]).ConfigureAwait(false);
        byte[][] gets = items.DaxGets();

        // A server that has done something: what is compiled and pooled for any load is not what the idle ones take.
        using (LoadClient load = new(DaxLoadConnection.Open(subject.Server.DaxEndPoint!, LoadedConnections), gets))
        {
            await load.RunAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(false);
        }

        SoakSample before = await subject.SampleAsync().ConfigureAwait(false);
        DaxLoadConnection[] connections =
            [.. Enumerable.Range(0, plan.Idle).Select(_ => new DaxLoadConnection(subject.Server.DaxEndPoint!))];
        await AskAllAsync(connections, gets).ConfigureAwait(false);
        SoakSample opened = await subject.SampleAsync().ConfigureAwait(false);
        await Task.Delay(Hold).ConfigureAwait(false);
        SoakSample held = await subject.SampleAsync().ConfigureAwait(false);
        await AskAllAsync(connections, gets).ConfigureAwait(false);
        SoakSample asked = await subject.SampleAsync().ConfigureAwait(false);
        Array.ForEach(connections, connection => connection.Dispose());

        double more = held.OwnMemory - before.OwnMemory;
        DaxSoakCommand.Write(
            $"{plan.Idle:#,0} idle connections over DAX, held for {Hold.TotalSeconds:0} s, each answered afterwards; {held.Handles - before.Handles:#,0} handles more");
        DaxSoakCommand.Write($"");
        DaxSoakCommand.Write($"| | before | opened | held | after another request of each |");
        DaxSoakCommand.Write($"| --- | ---: | ---: | ---: | ---: |");
        DaxSoakCommand.Write(
            $"| own memory, MB | {before.OwnMemory / MB:0.0} | {opened.OwnMemory / MB:0.0} | {held.OwnMemory / MB:0.0} | {asked.OwnMemory / MB:0.0} |");
        DaxSoakCommand.Write(
            $"| with mapped files, MB | {Resident(before):0.0} | {Resident(opened):0.0} | {Resident(held):0.0} | {Resident(asked):0.0} |");
        DaxSoakCommand.Write(
            $"| GC heap, MB | {before.Heap / MB:0.0} | {opened.Heap / MB:0.0} | {held.Heap / MB:0.0} | {asked.Heap / MB:0.0} |");
        DaxSoakCommand.Write($"");
        DaxSoakCommand.Write($"{more / plan.Idle:0} bytes a connection; at most {MostMB:0} MB in all");
        DaxSoakCommand.Write($"");
        return Math.Max(Resident(held), Resident(asked)) < MostMB;
    }

    private static double Resident(SoakSample sample) => (sample.OwnMemory + sample.MappedFiles) / MB;

    private static async Task AskAllAsync(DaxLoadConnection[] connections, byte[][] gets)
    {
        for (int index = 0; index < connections.Length; index++)
        {
            await connections[index].ExchangeAsync(gets[index % gets.Length]).ConfigureAwait(false);
        }
    }
}
