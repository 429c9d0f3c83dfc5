using DaxProxy.Core.Catalog;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Partiql;

/// <summary>Brings statements to where only native operations remain to be made: parses and binds them, then finds their tables.</summary>
internal sealed class StatementPreparer(IDynamoBackend inner, TableCatalog catalog) : IDisposable
{
    private readonly StatementCache cache = new();

    /// <summary>Everything that needs no table, but for one question about indexes that the service asks first.</summary>
    public async ValueTask<PreparedStatement> ParseAsync(ExecuteStatement request, CancellationToken cancellationToken)
    {
        PreparedStatement prepared = new(request);
        Statement? statement = null;
        DynamoError? error = request.Validate(ValidationLayer.Older)
            ?? cache.TryParse(request.Statement, request.Parameters.Count, out statement);
        if (error is not null)
        {
            return prepared with { Error = error };
        }

        prepared = prepared with { IsRead = statement!.IsRead };
        if (request.Refusal is { } refusal)
        {
            return prepared with { Error = refusal };
        }

        if (statement is Statement.Selection { Source: [string tableName, string indexName] }
            && await FindTableAsync(tableName, cancellationToken).ConfigureAwait(false) is { } table
            && HasSeveralKeys(table, indexName))
        {
            return prepared with { Error = PartiqlFaults.MultiAttributeKey };
        }

        error = StatementBinder.TryBind(statement, request.Parameters, out BoundStatement? bound);
        return prepared with { Error = error, Bound = bound };
    }

    /// <summary>Finds the table of a statement without faults so far.</summary>
    public async ValueTask<PreparedStatement> FindTableAsync(PreparedStatement prepared, CancellationToken cancellationToken)
    {
        if (prepared.Error is not null)
        {
            return prepared;
        }

        TableInfo? table = await FindTableAsync(prepared.Bound!.TableName, cancellationToken).ConfigureAwait(false);
        return prepared with { Table = table, Error = table is null ? TableFaults.NotFound : null };
    }

    /// <summary>As far as it goes without asking for anything: its table is null where it is not known already.</summary>
    public PreparedStatement PrepareKnown(ExecuteStatement request)
    {
        BoundStatement? bound = null;
        Statement? statement = null;
        DynamoError? error = request.Validate(ValidationLayer.Older)
            ?? cache.TryParse(request.Statement, request.Parameters.Count, out statement)
            ?? StatementBinder.TryBind(statement!, request.Parameters, out bound);
        TableInfo? table = error is null && catalog.TryGet(TableCatalog.PlainName(bound!.TableName), out CatalogTable? known)
            ? known.Info
            : null;
        return new PreparedStatement(request)
        {
            Bound = bound,
            Table = table,
            Error = table is not null
                && statement is Statement.Selection { Source: [_, string indexName] }
                && HasSeveralKeys(table, indexName)
                ? PartiqlFaults.MultiAttributeKey
                : error,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();

    /// <summary>Forgets a table that is not what we think it is.</summary>
    public void Forget(string tableName) => catalog.Forget(TableCatalog.PlainName(tableName));

    private static bool HasSeveralKeys(TableInfo table, string indexName) =>
        table.Indexes.TryGetValue(indexName, out IndexInfo? index) && (index.Hash.Count > 1 || index.Range.Count > 1);

    /// <summary>
    /// The table; null when there is none. What the catalog does not know may be there all the same: it may be in doubt, or just created.
    /// </summary>
    private async ValueTask<TableInfo?> FindTableAsync(string name, CancellationToken cancellationToken)
    {
        string plainName = TableCatalog.PlainName(name);
        if (await catalog.GetAsync(plainName, cancellationToken).ConfigureAwait(false) is { } known)
        {
            return known.Info;
        }

        DescribeTable describe = new() { TableName = plainName };
        return await inner.ExecuteAsync(describe, cancellationToken).ConfigureAwait(false) is TableReply
        {
            Table: { TableStatus: "ACTIVE" or "UPDATING" } table,
        }
            ? TableInfo.Of(table)
            : null;
    }
}
