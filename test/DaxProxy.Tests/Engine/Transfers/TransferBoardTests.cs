using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Transfers;
using Microsoft.Data.Sqlite;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Transfers;

/// <summary>What becomes of exports, imports and bulk operations that run.</summary>
public sealed class TransferBoardTests
{
    private const string Arn = "arn:aws:dynamodb:us-east-1:000000000000:table/Log/import/1";

    [Test]
    public async Task Cancel_CommittedBehindTheEnd_LeavesTheEndAsItIs()
    {
        Database database = Database.Open(new EngineOptions { DataFolder = null }, TimeProvider.System, out SqliteConnection connection);
        Session writer = new(database, connection);
        using SessionPool sessions = new(
            database, writer, Replicas.Open(database, new EngineOptions { DataFolder = null }, TimeProvider.System));
        using WriteQueue writes = new(sessions, ItemHistory.Load(writer, TimeProvider.System));
        using TransferBoard board = new(writes, sessions, TimeProvider.System);
        TransferState begun = new()
        {
            Arn = Arn,
            Status = "IN_PROGRESS",
            TableName = "Log",
            TableArn = "arn:aws:dynamodb:us-east-1:000000000000:table/Log",
            TableId = "id",
            Sent = "{}",
            StartTime = DateTimeOffset.UnixEpoch,
            TotalBytes = 0,
            Format = TransferFormat.CSV,
        };
        TaskCompletionSource<TransferState> work = new();
        await board.StartAsync(
            TransferKind.Import, new Asked { Sent = "{}" }, "", _ => (begun, null), static () => { }, (_, _) => work.Task);

        // As the end is committed, and before memory knows of it.
        TransferState ended = begun with { Status = "COMPLETED", EndTime = DateTimeOffset.UnixEpoch };
        await writes.RunAsync(session =>
        {
            TransferRows.Update(session, ended);
            return true;
        });
        Assert.That((await board.CancelAsync(TransferKind.Import, Arn))!.Status, Is.EqualTo("COMPLETED"));
        Assert.That(
            sessions.Read(0, static (session, _) => TransferRows.Find(session, TransferKind.Import, Arn))!.Status, Is.EqualTo("COMPLETED"));
        work.SetResult(ended);
    }

    private sealed class Asked() : TransferOperation(ImportTable.Definition);
}
