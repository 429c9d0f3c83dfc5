using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Durability;

/// <summary>
/// The executable is killed while a client writes to a table whose past is kept: after a restart every past state can be restored, with
/// all that was acknowledged by then and nothing that was sent later.
/// </summary>
public sealed class RecoveryCrashTests
{
    private const string Table = "recovered";
    private const int Keys = 20;

    [TestCase(1)]
    [TestCase(2, Category = "Long")]
    public async Task Kill_WithThePastBeingKept_RestoresEachStateAsItWas(int seed)
    {
        Random random = new(seed);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("daxproxy-recovery-");
        List<Written> history = [];
        try
        {
            DateTime begin;
            using (ServerProcess server = await ServerProcess.StartAsync(folder.FullName))
            {
                await server.Sdk.CreateTableAsync(new TableShape("p:S").Gsi("byG", "g:S", "ALL").Request(Table));
                UpdateContinuousBackupsResponse on = await server.Sdk.UpdateContinuousBackupsAsync(new UpdateContinuousBackupsRequest
                {
                    TableName = Table,
                    PointInTimeRecoverySpecification = new PointInTimeRecoverySpecification { PointInTimeRecoveryEnabled = true },
                });
                begin = on.ContinuousBackupsDescription.PointInTimeRecoveryDescription.EarliestRestorableDateTime!.Value.ToUniversalTime();
                int moment = random.Next(300, 900);
                Task? killed = null;
                while (await TryWriteAsync(server.Sdk, history, random))
                {
                    // The past begins with a whole second: there have to be writes behind it.
                    if (history[^1].Sent > begin.AddSeconds(0.5) && history.Count >= moment)
                    {
                        killed ??= server.KillAsync();
                    }
                }

                await killed!;
            }

            using ServerProcess restarted = await ServerProcess.StartAsync(folder.FullName);
            DateTime end = history[^1].Sent;
            for (int i = 0; i < 4; i++)
            {
                double part = random.NextDouble();
                DateTime time = new(
                    (begin + ((end - begin) * part)).Ticks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond, DateTimeKind.Utc);
                await VerifyAsync(restarted.Sdk, history, time, $"state{i}", seed);
            }

            await VerifyAsync(restarted.Sdk, history, null, "latest", seed);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> TryWriteAsync(AmazonDynamoDBClient sdk, List<Written> history, Random random)
    {
        string key = $"k{random.Next(Keys)}";
        int version = random.Next(4) == 0 ? 0 : history.Count + 1;
        DateTime sent = DateTime.UtcNow;
        try
        {
            await (version == 0
                ? sdk.DeleteItemAsync(Table, new() { ["p"] = new() { S = key } })
                : (Task)sdk.PutItemAsync(Table, Writer.Item(key, version)));
        }
        catch (Exception fault) when (Writer.IsSilence(fault))
        {
            history.Add(new Written(key, version, sent, DateTime.MaxValue));
            return false;
        }

        history.Add(new Written(key, version, sent, DateTime.UtcNow));
        return true;
    }

    private static async Task VerifyAsync(AmazonDynamoDBClient sdk, List<Written> history, DateTime? time, string name, int seed)
    {
        await sdk.RestoreTableToPointInTimeAsync(new RestoreTableToPointInTimeRequest
        {
            SourceTableName = Table,
            TargetTableName = name,
            RestoreDateTime = time,
            UseLatestRestorableTime = time is null ? true : null,
        });
        while ((await sdk.DescribeTableAsync(name)).Table.TableStatus != TableStatus.ACTIVE)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }

        Dictionary<string, int> found = (await sdk.ScanAsync(new ScanRequest(name))).Items
            .ToDictionary(item => item["p"].S, item => int.Parse(item["v"].N));
        foreach (IGrouping<string, Written> key in history.GroupBy(write => write.Key))
        {
            // One client writes, so of the writes of a key at most one was on its way at that time, or at the end.
            int acknowledged = key.LastOrDefault(write => write.Answered < (time ?? DateTime.MaxValue))?.Version ?? 0;
            int? onItsWay = key.LastOrDefault(
                write => write.Sent <= (time ?? DateTime.MaxValue) && write.Answered >= (time ?? DateTime.MaxValue))?.Version;
            Assert.That(
                found.GetValueOrDefault(key.Key), Is.AnyOf(acknowledged, onItsWay ?? acknowledged), $"seed {seed}, {name}, {key.Key}");
        }
    }

    /// <summary>A write: version 0 is a deletion.</summary>
    private sealed record Written(string Key, int Version, DateTime Sent, DateTime Answered);
}
