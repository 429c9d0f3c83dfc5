using System.Globalization;
using DaxProxy.Bench.Load;
using DaxProxy.Load;

namespace DaxProxy.Bench.Soak;

/// <summary>
/// Items whose attributes are named by instants, so that each makes a list of names of its own: does the server remember too much of them?
/// </summary>
internal static class DaxNames
{
    private const int Connections = 16;
    private const int KeysOfConnection = 100;
    private static readonly DateTimeOffset First = DateTimeOffset.UnixEpoch.AddYears(50);

    /// <summary>Runs; false if memory grew.</summary>
    public static async Task<bool> RunAsync(DaxSoakPlan plan)
    {
        using DaxSubject subject = await DaxSubject.StartAsync(LoadItems.CreateTable).ConfigureAwait(false);
        Task load = Task.WhenAll(
            Enumerable.Range(0, Connections).Select(index => Task.Run(() => WriteAndReadAsync(subject.Server, index, plan.Names))));
        IReadOnlyList<SoakSample> samples = await subject.SampleAsync(load, plan.Every).ConfigureAwait(false);
        DaxSoakCommand.Write(
            $"{plan.Names:#,0} names of attributes over DAX, each defined, written and read, in {samples[^1].Minutes:0.0} minutes");
        DaxSoakCommand.Write($"");
        return DaxSoakCommand.PrintMemory(samples);
    }

    private static async Task WriteAndReadAsync(ServerProcess server, int connection, int names)
    {
        using DaxLoadConnection dax = new(server.DaxEndPoint!);
        for (int index = connection; index < names; index += Connections)
        {
            string name = First.AddMilliseconds(index).ToString("O", CultureInfo.InvariantCulture);
            string key = string.Create(CultureInfo.InvariantCulture, $"{connection}#{index / Connections % KeysOfConnection}");
            int list = await dax.DefineListAsync(name).ConfigureAwait(false);
            await dax.ExchangeAsync(DaxRequests.PutItem(LoadItems.Table, key, list, "value")).ConfigureAwait(false);
            await dax.ExchangeAsync(DaxRequests.GetItem(LoadItems.Table, key)).ConfigureAwait(false);
        }
    }
}
