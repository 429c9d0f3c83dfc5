using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Capacity;

/// <summary>A table as auto scaling sees it: what describes it, and lets its capacity be changed within a day's budget.</summary>
/// <remarks>For one thread.</remarks>
/// <param name="name">Its name.</param>
/// <param name="units">Its capacity at first.</param>
/// <param name="clock">The time.</param>
internal sealed class SimulatedTable(string name, ProvisionedThroughput units, SimulatedClock clock) : IDynamoBackend
{
    private TableDescription table = new()
    {
        TableName = name,
        TableId = Guid.Empty.ToString(),
        TableArn = $"arn:aws:dynamodb:us-east-1:000000000000:table/{name}",
        TableStatus = "ACTIVE",
        CreationDateTime = SimulatedClock.Begin,
        KeySchema = [],
        AttributeDefinitions = [],
        ProvisionedThroughput = units,
    };

    /// <summary>Its capacity now.</summary>
    public ProvisionedThroughput Units => table.ProvisionedThroughput;

    /// <inheritdoc/>
    public ReadLag ReadLag => default;

    /// <inheritdoc/>
    public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken) =>
        new(operation is UpdateTable { ProvisionedThroughput: { } wanted } && Change(wanted) is { } refusal
            ? new ErrorReply(refusal)
            : new TableReply(table));

    private DynamoError? Change(ProvisionedThroughput wanted)
    {
        DateTimeOffset now = clock.GetUtcNow();
        bool isLower = wanted.ReadCapacityUnits < Units.ReadCapacityUnits || wanted.WriteCapacityUnits < Units.WriteCapacityUnits;
        if (isLower && DecreaseBudget.Check(table.ThroughputDecreases, table.LastThroughputDecrease, now) is { } refusal)
        {
            return refusal;
        }

        table = table with
        {
            ProvisionedThroughput = wanted,
            ThroughputDecreases = DecreaseBudget.Today(table.ThroughputDecreases, table.LastThroughputDecrease, now) + (isLower ? 1 : 0),
            LastThroughputDecrease = isLower ? now : table.LastThroughputDecrease,
        };
        return null;
    }
}
