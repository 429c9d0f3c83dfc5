using System.Net;
using System.Text.Json;
using DaxProxy.Options;
using DaxProxy.Policies;
using DaxProxy.Telemetry;
using DaxProxy.Tests.Caching;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Tests.Policies;

/// <summary>An audit log that is written to faster than the disk takes it.</summary>
public sealed class AuditLogTests
{
    private const int Writers = 4, LinesEach = 20_000;

    private static readonly RequestOrigin Origin = new(Frontend.Http, IPAddress.Loopback, false, null);

    [Test]
    public async Task Lines_OfABurst_AreWrittenOrCounted()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("daxproxy-audit-");
        string file = Path.Combine(folder.FullName, "audit.json");
        try
        {
            await using (AuditLog log = AuditLog.Of(new AuditOptions { LogFile = file }, NullLogger.Instance, new ManualTime())!)
            {
                AuditRecord record =
                    new(DateTimeOffset.UnixEpoch, "someone", Origin, "dynamodb:GetItem", "*", false, null, "for its reason");
                await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(() =>
                {
                    for (int i = 0; i < LinesEach; i++)
                    {
                        log.Write(record);
                    }
                })));
            }

            long written = 0, lost = 0;
            foreach (string line in await File.ReadAllLinesAsync(file))
            {
                using JsonDocument json = JsonDocument.Parse(line);
                bool isCount = json.RootElement.TryGetProperty("lostLines", out JsonElement count);
                lost += isCount ? count.GetInt64() : 0;
                written += isCount ? 0 : 1;
            }

            Assert.That(written + lost, Is.EqualTo(Writers * LinesEach));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
