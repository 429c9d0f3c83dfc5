using DaxProxy.Core.Catalog;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Partiql;

/// <summary>A backend that answers PartiQL by native operations of the one inside it, and passes everything else on.</summary>
/// <remarks>
/// Thread-safe. It belongs outside any cache: what it reads can then come from there, and what it writes keeps the cache right. Table
/// schemas come from a <see cref="TableCatalog"/>, which may be the cache's. Grammar and translation: <c>PartiqlGrammar.md</c>. Source:
/// PartiQL reference of the DynamoDB developer guide, and recorded answers of the service.
/// </remarks>
public sealed class PartiqlBackend : IDynamoBackend, IDisposable
{
    private readonly IDynamoBackend inner;
    private readonly StatementPreparer preparer;
    private readonly StatementRunner statements;
    private readonly BatchRunner batches;
    private readonly TransactionRunner transactions;

    /// <summary>PartiQL for a backend.</summary>
    /// <param name="inner">Who runs the native operations.</param>
    /// <param name="catalog">The tables, learnt from the same store.</param>
    public PartiqlBackend(IDynamoBackend inner, TableCatalog catalog)
    {
        this.inner = inner;
        preparer = new StatementPreparer(inner, catalog);
        statements = new StatementRunner(inner, preparer);
        batches = new BatchRunner(preparer, statements);
        transactions = new TransactionRunner(inner, preparer);
    }

    /// <inheritdoc/>
    public ReadLag ReadLag => inner.ReadLag;

    /// <inheritdoc/>
    public Func<KeyLayout, AttributeMap, ulong>? ScanOrder => inner.ScanOrder;

    /// <inheritdoc/>
    public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken) => operation switch
    {
        ExecuteStatement statement => statements.ExecuteAsync(statement, cancellationToken),
        BatchExecuteStatement batch => batches.ExecuteAsync(batch, cancellationToken),
        ExecuteTransaction transaction => transactions.ExecuteAsync(transaction, cancellationToken),
        { Verb.Effect: VerbEffect.Tables, ChangedTables: [_, ..] tables } => PassAsync(operation, tables, cancellationToken),
        _ => inner.ExecuteAsync(operation, cancellationToken),
    };

    /// <summary>
    /// The native reads that a statement would be made of from where it begins, or why it would be refused. None for a write; null where
    /// its table is not known yet. Nothing is asked for.
    /// </summary>
    public DynamoError? TryForeseeReads(ExecuteStatement request, out IReadOnlyList<Operation>? reads)
    {
        reads = null;
        PreparedStatement prepared = preparer.PrepareKnown(request);
        if (prepared.Error is { } error)
        {
            return error;
        }

        if (prepared.Bound is not BoundStatement.Selection select)
        {
            reads = [];
            return null;
        }

        if (prepared.Table is null)
        {
            return null;
        }

        if (ReadPlanner.TryPlan(select, prepared.Table, request.ConsistentRead, out ReadPlan? plan) is { } refusal)
        {
            return refusal;
        }

        if (!SelectRunner.TryBegin(plan!, request, out NextToken at))
        {
            return PartiqlFaults.NextToken;
        }

        reads =
        [
            .. plan!.Reads.Skip(at.Read).Select((read, position) => plan.OperationFor(
                read, position == 0 ? at.Start : null, request.Limit, request.ConsistentRead, ReturnConsumedCapacity.NONE)),
        ];
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => preparer.Dispose();

    /// <summary>Verbs after which a table is another one. Without a cache, only this method tells the catalog.</summary>
    private async ValueTask<Reply> PassAsync(Operation operation, IEnumerable<string> tableNames, CancellationToken cancellationToken)
    {
        try
        {
            return await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (string tableName in tableNames)
            {
                preparer.Forget(tableName);
            }
        }
    }
}
