using System.Security.Cryptography;
using DaxProxy.Bench.Checksums;
using DaxProxy.Bench.Load;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Storage.Encryption;

namespace DaxProxy.Bench.Suite;

/// <summary>What encryption of the store costs: an encrypted store against one with checksums, caches off.</summary>
internal static class EncryptionRows
{
    public static async Task<IReadOnlyList<SuiteRow>> RunAsync(SuiteSettings settings)
    {
        string key = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))).ConfigureAwait(false);
            EngineOptions encrypted = new() { EncryptionKey = KeyFile.Read(key, "The key of this bench") };
            using StorePair pair = await StorePair.OpenAsync(Path.GetTempPath(), encrypted, new EngineOptions()).ConfigureAwait(false);
            return
            [
                await RowAsync("encrypted engine, PutItem, durable, 1 client", isWrite: true, 1),
                await RowAsync("encrypted engine, PutItem, durable, 32 clients", isWrite: true, SuiteSettings.Connections),
                await RowAsync("encrypted engine, GetItem", isWrite: false, 1),
            ];

            async Task<SuiteRow> RowAsync(string name, bool isWrite, int clients)
            {
                List<(double Encrypted, double Plain)> times =
                    await pair.MeasureAsync(isWrite, clients, settings.Rounds, settings.Round.TotalSeconds).ConfigureAwait(false);
                return new(
                    name, "operations/s of one that is not", Bound.AtLeast(0.85),
                    Spread.Of(times.Select(time => time.Plain / time.Encrypted)));
            }
        }
        finally
        {
            File.Delete(key);
        }
    }
}
