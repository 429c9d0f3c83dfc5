using DaxProxy.Core.Items;

namespace DaxProxy.Core.Caching;

/// <summary>What an operator may see of a cache and do to it. Thread-safe.</summary>
public interface ICacheControl
{
    /// <summary>The figures of each table that has or had entries.</summary>
    IReadOnlyList<TableCacheFigures> Snapshot();

    /// <summary>Drops every entry. Returns how many.</summary>
    long EvictAll();

    /// <summary>Drops the entries of one table. Returns how many; 0 also when the table is not known.</summary>
    long EvictTable(string tableName);

    /// <summary>Drops one item. Returns how many entries went; null when the attributes are not the key of the table.</summary>
    long? EvictItem(string tableName, AttributeMap key);
}
