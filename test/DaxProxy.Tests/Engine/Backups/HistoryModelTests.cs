using DaxProxy.Tests.Engine.Storage;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Backups;

/// <summary>
/// Random writes against a model that keeps every state: a restore to any time gives the state that the model had then.
/// </summary>
public sealed class HistoryModelTests
{
    private const int Keys = 12;
    private const int Steps = 150;
    private const int Restores = 6;

    [Test]
    public async Task Restore_ToAnyTime_GivesTheStateOfThatTime([Range(1, 8)] int seed, [Values] bool isInFile)
    {
        using StoreFolder store = new();
        Random random = new(seed);
        BackupRig rig = await BackupRig.StartAsync(isInFile ? store.Path : null);
        try
        {
            SortedDictionary<string, int> model = new(StringComparer.Ordinal);
            List<(double Time, string State)> states = [];
            for (int i = 0; i < Keys; i += 2)
            {
                await WriteAsync(rig, model, i, i);
            }

            await rig.RecoverAsync();
            for (int step = 0; step < Steps; step++)
            {
                states.Add((rig.Now, Show(model)));
                if (random.Next(3) > 0)
                {
                    rig.Time.Advance(random.Next(1, 2000) / 1000.0);
                }

                if (isInFile && random.Next(40) == 0)
                {
                    rig.Dispose();
                    rig = new BackupRig(store.Path, rig.Time);
                }

                await ChangeAsync(rig, model, random);
            }

            states.Add((rig.Now, Show(model)));
            for (int i = 0; i < Restores; i++)
            {
                // Of the states of one moment the last is the one that counts.
                double time = states[random.Next(states.Count)].Time;
                string expected = states.Last(state => state.Time <= time).State;
                await rig.RestoreAsync(time, $"at-{i}");
                Assert.That(await rig.ItemsAsync($"at-{i}"), Is.EqualTo(expected), $"seed {seed}, {time - states[0].Time} s after the begin");
            }

            await rig.RestoreAsync((double?)null, "latest");
            Assert.That(await rig.ItemsAsync("latest"), Is.EqualTo(Show(model)));
        }
        finally
        {
            rig.Dispose();
        }
    }

    private static string Show(SortedDictionary<string, int> model) => string.Join(' ', model.Select(item => $"{item.Key}={item.Value}"));

    private static async Task WriteAsync(BackupRig rig, SortedDictionary<string, int> model, int key, int n)
    {
        model[$"k{key}"] = n;
        await rig.PutAsync($"k{key}", n);
    }

    private static async Task ChangeAsync(BackupRig rig, SortedDictionary<string, int> model, Random random)
    {
        int key = random.Next(Keys), n = random.Next(1000);
        string name = $"k{key}";
        switch (random.Next(5))
        {
            case 0:
                await WriteAsync(rig, model, key, n);
                break;
            case 1:
                await rig.DeleteAsync(name);
                model.Remove(name);
                break;
            case 2:
                await rig.CallAsync("UpdateItem", $"{{'TableName':'Log','Key':{{'pk':{{'S':'{name}'}}}},'UpdateExpression':'SET n = :n',"
                    + $"'ExpressionAttributeValues':{{':n':{{'N':'{n}'}}}}}}");
                model[name] = n;
                break;
            case 3:
                string other = $"k{(key + 1) % Keys}";
                await rig.CallAsync("TransactWriteItems", "{'TransactItems':["
                    + $"{{'Put':{{'TableName':'Log','Item':{{'pk':{{'S':'{name}'}},'n':{{'N':'{n}'}}}}}}}},"
                    + $"{{'Delete':{{'TableName':'Log','Key':{{'pk':{{'S':'{other}'}}}}}}}}]}}");
                model[name] = n;
                model.Remove(other);
                break;
            default:
                await rig.CallAsync("BatchWriteItem", "{'RequestItems':{'Log':["
                    + $"{{'PutRequest':{{'Item':{{'pk':{{'S':'{name}'}},'n':{{'N':'{n}'}}}}}}}},"
                    + $"{{'DeleteRequest':{{'Key':{{'pk':{{'S':'k{(key + 2) % Keys}'}}}}}}}}]}}}}");
                model[name] = n;
                model.Remove($"k{(key + 2) % Keys}");
                break;
        }
    }
}
