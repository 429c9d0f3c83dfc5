using DaxProxy.Bench.Load;
using DaxProxy.Load;

namespace DaxProxy.Bench.Compare;

/// <summary>Makes the table of a measurement, on servers that may take their time over it.</summary>
internal static class TableSetup
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Creates the table and answers when it is active.</summary>
    public static async Task RunAsync(HttpLoadConnection connection)
    {
        await connection.ExchangeAsync(LoadItems.CreateTable).ConfigureAwait(false);
        while (connection.Received(await connection.ExchangeAsync(LoadItems.DescribeTable).ConfigureAwait(false))
            .IndexOf("\"ACTIVE\""u8) < 0)
        {
            await Task.Delay(PollInterval).ConfigureAwait(false);
        }
    }
}
