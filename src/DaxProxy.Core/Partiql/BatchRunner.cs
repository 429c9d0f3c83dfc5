using System.Diagnostics;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Partiql;

/// <summary>Answers BatchExecuteStatement: each statement for itself, none waiting for another.</summary>
internal sealed class BatchRunner(StatementPreparer preparer, StatementRunner statements)
{
    public async ValueTask<Reply> ExecuteAsync(BatchExecuteStatement batch, CancellationToken cancellationToken)
    {
        List<PreparedStatement> parsed = [];
        foreach (ExecuteStatement statement in batch.Statements)
        {
            parsed.Add(await preparer.ParseAsync(statement, cancellationToken).ConfigureAwait(false));
        }

        if (parsed.Exists(statement => statement.IsRead == true) && parsed.Exists(statement => statement.IsRead == false))
        {
            return new ErrorReply(PartiqlFaults.MixedStatements(batch.Name));
        }

        (PreparedStatement Statement, Reply Reply)[] answers = await Task.WhenAll(
            parsed.Select(statement => RunAsync(statement, cancellationToken))).ConfigureAwait(false);
        List<ConsumedCapacity> capacities =
            [.. answers.Select(answer => (answer.Reply as ExecuteStatementReply)?.ConsumedCapacity).OfType<ConsumedCapacity>()];
        return new BatchExecuteStatementReply
        {
            Responses = [.. answers.Select(answer => ResponseOf(answer.Statement, answer.Reply))],
            ConsumedCapacity = batch.ReturnConsumedCapacity == ReturnConsumedCapacity.NONE
                ? null
                : [.. capacities.GroupBy(capacity => capacity.TableName).Select(table => ConsumedCapacity.Sum([.. table]))],
        };
    }

    private async Task<(PreparedStatement Statement, Reply Reply)> RunAsync(PreparedStatement parsed, CancellationToken cancellationToken)
    {
        PreparedStatement prepared = await preparer.FindTableAsync(parsed, cancellationToken).ConfigureAwait(false);
        return (prepared, await statements.RunAsync(prepared, mustBePlainGet: true, cancellationToken).ConfigureAwait(false));
    }

    private static BatchExecuteStatementReply.Response ResponseOf(PreparedStatement prepared, Reply reply) => reply switch
    {
        ErrorReply refusal => new(prepared.Table?.TableName, null, refusal.Error),
        ExecuteStatementReply { Items: [var item] } => new(prepared.Table!.TableName, item, null),
        ExecuteStatementReply => new(prepared.Table!.TableName, null, null),
        _ => throw new UnreachableException(),
    };
}
