using System.Diagnostics.Metrics;
using System.Numerics;

namespace DaxProxy.Telemetry;

/// <summary>
/// Names of tables as labels of metrics. The first so many tables have a label of their own, for as long as the process runs; all others
/// share one. So the number of series has a limit, however many tables there are.
/// </summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="most">How many tables have a label.</param>
internal sealed class TableLabels(int most)
{
    /// <summary>The name of the label of a table.</summary>
    public const string Label = "table";

    /// <summary>The label of all tables that have none. No table can be called that.</summary>
    public const string Others = "(others)";

    private readonly HashSet<string> named = new(StringComparer.Ordinal);

    /// <summary>The label of a table.</summary>
    public string Of(string table)
    {
        lock (named)
        {
            return named.Contains(table) || (named.Count < most && named.Add(table)) ? table : Others;
        }
    }

    /// <summary>Figures of tables as measurements. Tables without a label of their own are joined into one.</summary>
    /// <param name="figures">The figures.</param>
    /// <param name="join">How two are joined; null to add them.</param>
    /// <param name="label">A label besides; null for none.</param>
    public IEnumerable<Measurement<T>> Measure<T>(
        IEnumerable<(string Table, T Figure)> figures, Func<T, T, T>? join = null, KeyValuePair<string, object?>? label = null)
        where T : struct, INumber<T>
    {
        T? rest = null;
        foreach ((string table, T figure) in figures)
        {
            if (Of(table) != Others)
            {
                yield return Measured(table, figure);
            }
            else
            {
                rest = rest is { } sum ? join is null ? sum + figure : join(sum, figure) : figure;
            }
        }

        if (rest is { } others)
        {
            yield return Measured(Others, others);
        }

        Measurement<T> Measured(string table, T figure) => label is { } more
            ? new(figure, new KeyValuePair<string, object?>(Label, table), more)
            : new(figure, new KeyValuePair<string, object?>(Label, table));
    }
}
