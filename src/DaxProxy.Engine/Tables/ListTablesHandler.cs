using DaxProxy.Core.Operations;
using DaxProxy.Engine.Catalog;

namespace DaxProxy.Engine.Tables;

/// <summary>ListTables.</summary>
internal sealed class ListTablesHandler(EngineCatalog catalog)
{
    public ListTablesReply Execute(ListTables request)
    {
        List<string> names =
        [
            .. catalog.Names.SkipWhile(name => string.CompareOrdinal(name, request.ExclusiveStartTableName) <= 0).Take(request.Limit + 1),
        ];
        return names.Count > request.Limit
            ? new ListTablesReply(names[..^1], names[^2])
            : new ListTablesReply(names, null);
    }
}
