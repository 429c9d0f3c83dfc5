using System.Diagnostics;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Partiql;

/// <summary>Answers ExecuteTransaction by TransactGetItems or TransactWriteItems.</summary>
internal sealed class TransactionRunner(IDynamoBackend inner, StatementPreparer preparer)
{
    public async ValueTask<Reply> ExecuteAsync(ExecuteTransaction transaction, CancellationToken cancellationToken)
    {
        List<PreparedStatement> statements = [];
        foreach (ExecuteStatement request in transaction.Statements)
        {
            PreparedStatement parsed = await preparer.ParseAsync(request, cancellationToken).ConfigureAwait(false);
            if ((parsed.Error ?? CheckStatically(parsed.Bound!)) is { } error)
            {
                return new ErrorReply(PartiqlFaults.InTransaction(statements.Count, error));
            }

            statements.Add(parsed);
        }

        if (statements.Exists(statement => statement.IsRead == true) && statements.Exists(statement => statement.IsRead == false))
        {
            return new ErrorReply(PartiqlFaults.MixedStatements(transaction.Name));
        }

        for (int i = 0; i < statements.Count; i++)
        {
            statements[i] = await preparer.FindTableAsync(statements[i], cancellationToken).ConfigureAwait(false);
            if (statements[i].Error is { } missing)
            {
                return new ErrorReply(missing);
            }
        }

        Reply reply = statements[0].IsRead == true
            ? await ReadAsync(transaction, statements, cancellationToken).ConfigureAwait(false)
            : await WriteAsync(transaction, statements, cancellationToken).ConfigureAwait(false);
        if (reply is ErrorReply { Error.Name: "ResourceNotFoundException" })
        {
            statements.ForEach(statement => preparer.Forget(statement.Bound!.TableName));
        }

        return reply;
    }

    private static DynamoError? CheckStatically(BoundStatement statement) => statement switch
    {
        BoundStatement.Update { Returning: not ReturnValues.NONE } => PartiqlFaults.TransactionReturning,
        BoundStatement.Delete { Returning: not ReturnValues.NONE } => PartiqlFaults.TransactionReturning,
        BoundStatement.Selection { IndexName: not null } => PartiqlFaults.TransactionOnIndex,
        BoundStatement.Exists { Read.IndexName: not null } => PartiqlFaults.TransactionOnIndex,
        _ => null,
    };

    private async ValueTask<Reply> ReadAsync(
        ExecuteTransaction transaction, List<PreparedStatement> statements, CancellationToken cancellationToken)
    {
        List<ReadPlan> plans = [];
        List<GetItem> gets = [];
        foreach (PreparedStatement statement in statements)
        {
            DynamoError? error = ReadPlanner.TryPlan((BoundStatement.Selection)statement.Bound!, statement.Table!, true, out ReadPlan? plan)
                ?? (plan!.IsPlainGet ? null : PartiqlFaults.TransactionNeedsKey);
            if (error is not null)
            {
                return new ErrorReply(PartiqlFaults.InTransaction(plans.Count, error));
            }

            plans.Add(plan!);
            gets.Add((GetItem)plan!.OperationFor(plan.Reads[0], null, null, isConsistent: true, ReturnConsumedCapacity.NONE));
        }

        TransactGetItems operation = new() { Gets = gets, ReturnConsumedCapacity = transaction.ReturnConsumedCapacity };
        Reply reply = await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
        return reply switch
        {
            ErrorReply => reply,
            TransactGetItemsReply found => new ExecuteTransactionReply
            {
                Responses = [.. found.Responses.Select(Item? (item, i) => item is null ? null : plans[i].RowOf(plans[i].Reads[0], item))],
                ConsumedCapacity = found.ConsumedCapacity,
            },
            _ => throw new UnreachableException($"A {reply.GetType().Name} to a transaction of reads."),
        };
    }

    private async ValueTask<Reply> WriteAsync(
        ExecuteTransaction transaction, List<PreparedStatement> statements, CancellationToken cancellationToken)
    {
        List<WriteOperation?> actions = [];
        foreach (PreparedStatement statement in statements)
        {
            bool returnItem = statement.Request.ReturnItemOnConditionFailure;
            DynamoError? error = WritePlanner.TryPlan(
                statement.Bound!, statement.Table!, returnItem, ReturnConsumedCapacity.NONE, out WriteOperation? action);
            if (error is not null)
            {
                return new ErrorReply(PartiqlFaults.InTransaction(actions.Count, error));
            }

            actions.Add(action);
        }

        TransactWriteItems operation = new()
        {
            Actions = actions,
            ClientRequestToken = transaction.ClientRequestToken,
            ReturnConsumedCapacity = transaction.ReturnConsumedCapacity,
            SourceDigest = StatementDigest.Of(transaction.Statements),
        };
        Reply reply = await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
        return reply switch
        {
            ErrorReply { Error: { CancellationReasons: not null } cancelled } => new ErrorReply(WithDuplicates(cancelled, statements)),
            ErrorReply => reply,
            TransactWriteItemsReply written => new ExecuteTransactionReply { Responses = [], ConsumedCapacity = written.ConsumedCapacity },
            _ => throw new UnreachableException($"A {reply.GetType().Name} to a transaction of writes."),
        };
    }

    /// <summary>The condition of an INSERT is ours: where it failed, the item was there.</summary>
    private static DynamoError WithDuplicates(DynamoError cancelled, List<PreparedStatement> statements) =>
        cancelled.CancellationReasons!.Count != statements.Count
            ? cancelled
            : TransactionFaults.Cancelled(
            [
                .. cancelled.CancellationReasons.Select((reason, i) =>
                    reason.Code == "ConditionalCheckFailed" && statements[i].Bound is BoundStatement.Insert
                        ? new CancellationReason("DuplicateItem", PartiqlFaults.Duplicate.Message)
                        : reason),
            ]);
}
