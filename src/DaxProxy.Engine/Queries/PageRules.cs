using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;

namespace DaxProxy.Engine.Queries;

/// <summary>Whether a Query or Scan fits the table: index, consistency, what is selected, paths.</summary>
internal static class PageRules
{
    /// <summary>Finds what is to be read; the source is null exactly when an error is returned.</summary>
    public static DynamoError? TryFindSource(ref ReadScope scope, PageOperation request, out PageSource? source)
    {
        source = null;
        if (scope.Find(request.TableName) is not { } table)
        {
            return TableFaults.NotFound;
        }

        if (request.IndexName is null)
        {
            source = new PageSource(table, null);
            return null;
        }

        if (table.FindIndex(request.IndexName) is not { } index)
        {
            // No start key fits an index that is not there, which is what a Scan says first.
            return request is Scan { ExclusiveStartKey: not null }
                ? QueryFaults.StartKeyInvalid
                : TableFaults.IndexNotFound(request.IndexName);
        }

        if (!index.IsReady)
        {
            return TableFaults.IndexBackfilling(request.IndexName);
        }

        if (index.Info.IsGlobal && request.ConsistentRead)
        {
            return TableFaults.ConsistentReadOfGlobalIndex;
        }

        source = new PageSource(table, index);
        return null;
    }

    /// <summary>Checks selection and paths against what is read.</summary>
    public static DynamoError? CheckSelection(PageSource source, PageOperation request)
    {
        if (source.IsGlobalIndex && !source.Index!.Info.ProjectsAll)
        {
            if (request.Select == Select.ALL_ATTRIBUTES)
            {
                return QueryFaults.IndexDoesNotHoldAll(source.Index.Info.IndexName);
            }

            List<string> missing = [.. NamesRead(request).Where(name => !source.Holds(name)).Distinct(StringComparer.Ordinal)];
            if (missing.Count > 0)
            {
                return QueryFaults.NotProjected(source.Index.Info.IndexName, missing);
            }
        }

        return KeyRules.CheckPaths(source.Table.Info, request.Filter?.Paths)
            ?? KeyRules.CheckPaths(source.Table.Info, request.Projection?.Paths);
    }

    /// <summary>Whether entries of a local index must be completed from the table.</summary>
    public static bool NeedsFetch(PageSource source, PageOperation request) =>
        source.Index is { Info: { IsGlobal: false, ProjectsAll: false } }
        && (request.Select == Select.ALL_ATTRIBUTES || NamesRead(request).Any(name => !source.Holds(name)));

    /// <summary>Checks names and types of a start key. Query and Scan word some of it differently.</summary>
    public static DynamoError? CheckStartKey(PageSource source, AttributeMap startKey, bool isQuery)
    {
        IReadOnlyList<string> names = source.PositionNames;
        if (startKey.Count != names.Count || names.Any(name => !startKey.ContainsKey(name)))
        {
            return isQuery || source.Index is not null ? QueryFaults.StartKeyInvalid : QueryFaults.StartKeyDoesNotMatch;
        }

        foreach (string name in names)
        {
            if (startKey[name].Type != source.TypeOf(name))
            {
                bool isIndexPart = source.Index is not null && source.Hash.Concat(source.Range).Any(key => key.Name == name);
                return isQuery && isIndexPart ? TableFaults.KeyDoesNotMatch : QueryFaults.StartKeyDoesNotMatch;
            }

            if (KeyRules.CheckValue(name, startKey[name], source.Hash.Any(key => key.Name == name)) is { Message: { } fault })
            {
                return DynamoError.Validation("The provided starting key is invalid: " + fault);
            }
        }

        return null;
    }

    private static IEnumerable<string> NamesRead(PageOperation request) =>
        (request.Projection?.Paths.Select(path => path.TopLevelName) ?? []).Concat(request.Filter?.TopLevelNames ?? []);
}
