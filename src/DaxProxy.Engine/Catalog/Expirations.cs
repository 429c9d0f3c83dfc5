using System.Globalization;
using DaxProxy.Core.Items;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Catalog;

/// <summary>Keeps <c>expirations</c> in step with the items, so that finding what has expired costs nothing for what has not.</summary>
internal sealed class Expirations(TimeToLiveCatalog settings)
{
    /// <summary>Notes when an item ends, as it is written; null removes it.</summary>
    public void Note(Session session, long tableId, RowKey row, AttributeMap? item)
    {
        if (settings.Find(tableId) is { } setting)
        {
            Note(session, setting, row, item);
        }
    }

    /// <summary>Notes when an item ends by a setting.</summary>
    public static void Note(Session session, TimeToLiveSetting setting, RowKey row, AttributeMap? item)
    {
        if (item is not null && ExpiresAt(setting, item) is { } expiresAt)
        {
            session.Statement("INSERT OR REPLACE INTO expirations (setting_id, hash, key, expires_at) VALUES (?1, ?2, ?3, ?4)")
                .Bind(1, setting.Id).Bind(2, row.Hash).Bind(3, row.Key).Bind(4, expiresAt).Run();
        }
        else
        {
            Forget(session, setting, row);
        }
    }

    /// <summary>Removes the note of an item.</summary>
    public static void Forget(Session session, TimeToLiveSetting setting, RowKey row) =>
        session.Statement("DELETE FROM expirations WHERE setting_id = ?1 AND hash = ?2 AND key = ?3")
            .Bind(1, setting.Id).Bind(2, row.Hash).Bind(3, row.Key).Run();

    /// <summary>
    /// When an item ends, in whole seconds since 1970; null when it does not: its attribute is missing, no number, or beyond all times.
    /// </summary>
    /// <remarks>Sweeps begin at whole seconds, so a part of a second may be left out: 5.5 is past as soon as 6 is not to come.</remarks>
    public static long? ExpiresAt(TimeToLiveSetting setting, AttributeMap item)
    {
        if (!item.TryGetValue(setting.AttributeName, out AttributeValue? value) || value.Type != AttributeType.N)
        {
            return null;
        }

        string text = value.Number.ToString();
        int point = text.IndexOf('.', StringComparison.Ordinal);
        ReadOnlySpan<char> whole = point < 0 ? text : text.AsSpan(..point);
        if (!long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds))
        {
            return null;
        }

        return point >= 0 && text[0] == '-' ? seconds - 1 : seconds;
    }
}
