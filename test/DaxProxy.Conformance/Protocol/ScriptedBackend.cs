using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Conformance.Protocol;

/// <summary>
/// One table <c>T</c> with the key <c>pk</c>; the table's name in a request, or the key <c>broken</c>, may ask for trouble instead.
/// </summary>
internal sealed class ScriptedBackend : IDynamoBackend
{
    private static readonly AttributeValue Broken = AttributeValue.FromString("broken");

    private int reads;
    private int batches;

    public ReadLag ReadLag => ReadLag.None;

    public int Reads => Volatile.Read(ref reads);

    /// <summary>Completed once there are two batches to be read at once.</summary>
    public TaskCompletionSource Crowd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed once the table <c>Slow</c> or a batch is read.</summary>
    public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes the reads of the table <c>Slow</c> and of batches.</summary>
    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken)
    {
        switch (operation)
        {
            case GetItem { TableName: "Broken" }:
            case GetItem broken when broken.Key.Value!.TryGetValue("pk", out AttributeValue? pk) && pk.Equals(Broken):
                throw new InvalidOperationException("a secret");
            case GetItem { TableName: "Slow" } or Scan:
                Waiting.TrySetResult();
                await Gate.Task.WaitAsync(cancellationToken);
                return new GetItemReply(null, null);
            case BatchGetItem:
                if (Interlocked.Increment(ref batches) > 1)
                {
                    Crowd.TrySetResult();
                }

                Waiting.TrySetResult();
                await Gate.Task.WaitAsync(cancellationToken);
                Interlocked.Decrement(ref batches);
                return new BatchGetItemReply { Responses = [new("T", [])] };
            case GetItem get:
                Interlocked.Increment(ref reads);
                AttributeMap item = new(get.Key.Value!) { ["text"] = AttributeValue.FromString(new string('x', 300)) };
                return new GetItemReply(Item.FromAttributes(item), null);
            case ListTables { Limit: 1 }:
                return new ListTablesReply(["T"], null);
            case ListTables:
                return new ListTablesReply([.. Enumerable.Range(0, 100).Select(i => new string('n', 200) + i)], null);
            case DescribeTable { TableName: "T" }:
                return new TableReply(Describe());
            case DescribeTable:
                return new ErrorReply(TableFaults.TableNotFound("x"));
            default:
                return new ErrorReply(TransportFaults.UnknownOperation);
        }
    }

    private static TableDescription Describe() => new()
    {
        TableName = "T",
        TableId = "00000000-0000-0000-0000-000000000001",
        TableArn = "arn:aws:dynamodb:us-east-1:000000000000:table/T",
        TableStatus = "ACTIVE",
        CreationDateTime = DateTimeOffset.UnixEpoch,
        KeySchema = [new KeySchemaElement("pk", "HASH")],
        AttributeDefinitions = [new AttributeDefinition("pk", "S")],
        ProvisionedThroughput = new ProvisionedThroughput(0, 0),
    };
}
