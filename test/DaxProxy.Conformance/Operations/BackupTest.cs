using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>A test that makes backups and restores them.</summary>
public abstract class BackupTest(Stack stack) : ConformanceTest(stack)
{
    private const int Looks = 2000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>A table that the test restores; <c>$N</c> in requests stands for it.</summary>
    protected string Restored { get; } = "t-" + Guid.NewGuid().ToString("N");

    [TearDown]
    public async Task LeaveNoRestoredTableElsewhereAsync()
    {
        if (Stack.IsElsewhere)
        {
            await SendAsync("DeleteTable", $"{{'TableName':'{Restored}'}}");
        }
    }

    /// <summary>Sends JSON with both table names filled in.</summary>
    protected Task<WireReply> CallAsync(string operation, string json) =>
        SendAsync(operation, json.Replace("$N", Restored, StringComparison.Ordinal));

    /// <summary>Makes a backup of the test's table; its resource name once it is complete.</summary>
    protected async Task<string> BackUpAsync()
    {
        WireReply created = await SendAsync("CreateBackup", "{'TableName':'$T','BackupName':'nightly'}");
        Assert.That(created.Error, Is.Null);
        string arn = created["BackupDetails.BackupArn"]!.Trim('\'');
        await WaitForBackupAsync(arn);
        return arn;
    }

    protected Task WaitForBackupAsync(string arn) =>
        WaitAsync("DescribeBackup", $"{{'BackupArn':'{arn}'}}", "BackupDescription.BackupDetails.BackupStatus");

    protected Task WaitForTableAsync(string table) => WaitAsync("DescribeTable", $"{{'TableName':'{table}'}}", "Table.TableStatus");

    private async Task WaitAsync(string operation, string request, string status)
    {
        for (int i = 0; i < Looks; i++)
        {
            if ((await SendAsync(operation, request))[status] is { } now and not "'CREATING'")
            {
                Assert.That(now, Is.AnyOf("'AVAILABLE'", "'ACTIVE'"));
                return;
            }

            await Task.Delay(Stack.IsElsewhere ? TimeSpan.FromSeconds(1) : Pause);
        }

        Assert.Fail($"It is never ready: {request}");
    }
}
