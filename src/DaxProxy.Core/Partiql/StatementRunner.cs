using System.Diagnostics;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Partiql;

/// <summary>Answers single statements: ExecuteStatement, and each member of a batch.</summary>
internal sealed class StatementRunner(IDynamoBackend inner, StatementPreparer preparer)
{
    private readonly SelectRunner selects = new(inner);

    /// <summary>ExecuteStatement.</summary>
    public async ValueTask<Reply> ExecuteAsync(ExecuteStatement request, CancellationToken cancellationToken)
    {
        PreparedStatement parsed = await preparer.ParseAsync(request, cancellationToken).ConfigureAwait(false);
        PreparedStatement prepared = await preparer.FindTableAsync(parsed, cancellationToken).ConfigureAwait(false);
        return await RunAsync(prepared, mustBePlainGet: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a prepared statement, or says what is wrong with it.</summary>
    public async ValueTask<Reply> RunAsync(PreparedStatement prepared, bool mustBePlainGet, CancellationToken cancellationToken)
    {
        if (prepared.Error is { } error)
        {
            return new ErrorReply(error);
        }

        Reply reply = prepared.Bound is BoundStatement.Selection select
            ? await ReadAsync(prepared, select, mustBePlainGet, cancellationToken).ConfigureAwait(false)
            : await WriteAsync(prepared, cancellationToken).ConfigureAwait(false);
        if (reply is ErrorReply { Error.Name: "ResourceNotFoundException" })
        {
            preparer.Forget(prepared.Bound!.TableName);
        }

        return reply;
    }

    private async ValueTask<Reply> ReadAsync(
        PreparedStatement prepared, BoundStatement.Selection select, bool mustBePlainGet, CancellationToken cancellationToken)
    {
        ExecuteStatement request = prepared.Request;
        if (ReadPlanner.TryPlan(select, prepared.Table!, request.ConsistentRead, out ReadPlan? plan) is { } error)
        {
            return new ErrorReply(error);
        }

        return mustBePlainGet && !plan!.IsPlainGet
            ? new ErrorReply(PartiqlFaults.BatchNeedsKey)
            : await selects.RunAsync(plan!, request, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<Reply> WriteAsync(PreparedStatement prepared, CancellationToken cancellationToken)
    {
        if (prepared.Bound is BoundStatement.Exists)
        {
            return new ErrorReply(PartiqlFaults.UnknownFunction("exists", new SourceSpan(1, 1, "exists".Length)));
        }

        ExecuteStatement request = prepared.Request;
        DynamoError? error = WritePlanner.TryPlan(
            prepared.Bound!,
            prepared.Table!,
            request.ReturnItemOnConditionFailure,
            request.ReturnConsumedCapacity,
            out WriteOperation? write);
        if (error is not null)
        {
            return new ErrorReply(error);
        }

        Reply reply = await inner.ExecuteAsync(write!, cancellationToken).ConfigureAwait(false);
        return reply switch
        {
            ErrorReply { Error.Name: "ConditionalCheckFailedException" } when prepared.Bound is BoundStatement.Insert =>
                new ErrorReply(PartiqlFaults.Duplicate),
            ErrorReply => reply,
            WriteReply written => new ExecuteStatementReply
            {
                Items = written.Attributes is null ? [] : [written.Attributes],
                ConsumedCapacity = written.ConsumedCapacity,
            },
            _ => throw new UnreachableException($"A {reply.GetType().Name} to a write."),
        };
    }
}
