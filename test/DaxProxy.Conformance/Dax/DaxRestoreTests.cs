using NUnit.Framework;

namespace DaxProxy.Conformance.Dax;

/// <summary>A table restored under the name of one that was deleted, read by a DAX client whose reads the cache had answered.</summary>
internal sealed class DaxRestoreTests : DaxFixture
{
    private const int Looks = 2000;

    [Test]
    public async Task Name_OfADeletedTable_ShowsTheRestoredItemsOnly()
    {
        using DaxTalk talk = await DaxTalk.ConnectAsync(Dax);
        int list = await DefineAsync(talk, "v");
        await PutAsync(talk, list, "a", "backed up");
        WireReply backup = await Json.SendAsync("CreateBackup", $"{{'TableName':'{Table}','BackupName':'nightly'}}");
        string arn = backup["BackupDetails.BackupArn"]!.Trim('\'');
        await WaitAsync("DescribeBackup", $"{{'BackupArn':'{arn}'}}", "BackupDescription.BackupDetails.BackupStatus");
        await PutAsync(talk, list, "a", "later");
        await PutAsync(talk, list, "b", "later");
        for (int i = 0; i < 2; i++)
        {
            Assert.That((await ReadAsync(talk, "a"), await ReadAsync(talk, "b")), Is.EqualTo(("later", "later")));
        }

        await Json.SendAsync("DeleteTable", $"{{'TableName':'{Table}'}}");
        Assert.That(
            (await Json.SendAsync("RestoreTableFromBackup", $"{{'BackupArn':'{arn}','TargetTableName':'{Table}'}}")).Error, Is.Null);
        await WaitAsync("DescribeTable", $"{{'TableName':'{Table}'}}", "Table.TableStatus");
        for (int i = 0; i < 2; i++)
        {
            Assert.That((await ReadAsync(talk, "a"), await ReadAsync(talk, "b")), Is.EqualTo(("backed up", (string?)null)));
        }
    }

    private static async Task PutAsync(DaxTalk talk, int list, string key, string value)
    {
        await talk.SendAsync(PutItem(key, list, value));
        await talk.ReceiveAsync(1);
    }

    private static async Task<string?> ReadAsync(DaxTalk talk, string key)
    {
        await talk.SendAsync(GetItem(key));
        return ValuesOf(await talk.ReceiveAsync(1))?.Single();
    }

    private async Task WaitAsync(string operation, string request, string status)
    {
        for (int i = 0; i < Looks && (await Json.SendAsync(operation, request))[status] == "'CREATING'"; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }
    }
}
