using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Simulation;

/// <summary>DynamoDB's own errors for faults that are simulated. Pure functions.</summary>
internal static class SimulatedErrors
{
    /// <summary>What one item or statement of a request is refused with, or the request itself where it is no transaction.</summary>
    /// <param name="fault">One that is answered with an error.</param>
    /// <param name="operation">What was asked.</param>
    /// <param name="arn">The resource name of the table.</param>
    public static DynamoError Of(FaultKind fault, Operation operation, string arn)
    {
        if (fault == FaultKind.Error)
        {
            return TransportFaults.InternalServerError;
        }

        if (!operation.Verb.IsDecoded || operation.Verb.IsControlPlane)
        {
            // What manages tables, and streams, take no capacity of tables.
            return TransportFaults.RateExceeded;
        }

        ThroughputLimit limit = fault switch
        {
            FaultKind.ThrottleOnDemand => ThroughputLimit.OnDemand,
            FaultKind.ThrottleAccount => ThroughputLimit.Account,
            _ => ThroughputLimit.Provisioned,
        };
        return ThroughputFaults.Exceeded(
            limit, limit == ThroughputLimit.OnDemand, [ThrottlingReason.Of(limit, isIndex: false, IsWrite(operation), arn)]);
    }

    /// <summary>
    /// What a request is refused with: a transaction that is throttled is cancelled, for the sake of its actions on that table.
    /// </summary>
    /// <param name="error">What an action is refused with.</param>
    /// <param name="operation">What was asked.</param>
    /// <param name="isOfTable">Whether an action on a table, by its name or ARN, is throttled.</param>
    public static DynamoError OfWhole(DynamoError error, Operation operation, Func<string, bool> isOfTable)
    {
        if (!error.IsThrottling)
        {
            return error;
        }

        IEnumerable<bool>? blamed = operation switch
        {
            TransactWriteItems writes => writes.Actions.Select(action => isOfTable(action!.TableName)),
            TransactGetItems reads => reads.Gets.Select(read => isOfTable(read.TableName)),
            ExecuteTransaction statements => statements.Statements.Select(_ => true),
            _ => null,
        };
        return blamed is null
            ? error
            : TransactionFaults.Cancelled(CancellationReason.OfAll(blamed.Select(isBlamed => isBlamed ? error : null)));
    }

    private static bool IsWrite(Operation operation) => operation switch
    {
        ExecuteStatement statement => IsWrite(statement),
        BatchExecuteStatement batch => batch.Statements is [var first, ..] && IsWrite(first),
        ExecuteTransaction transaction => transaction.Statements is [var first, ..] && IsWrite(first),
        _ => operation.Verb.Effect == VerbEffect.Items,
    };

    private static bool IsWrite(ExecuteStatement statement) =>
        !statement.Statement.AsSpan().TrimStart().StartsWith("select", StringComparison.OrdinalIgnoreCase);
}
