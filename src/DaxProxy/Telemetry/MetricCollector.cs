using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace DaxProxy.Telemetry;

/// <summary>Listens to one meter and keeps the current value of each of its series, for <see cref="PrometheusText"/>.</summary>
/// <remarks>
/// Thread-safe. The series of an instrument whose labels are fixed travels as the listener's state, so recording into a histogram looks
/// nothing up; measurements that bring labels of their own are found by the text of these.
/// </remarks>
internal sealed class MetricCollector : IDisposable
{
    private readonly ConcurrentDictionary<(string Instrument, string Labels), MetricSeries> series = new();
    private readonly MeterListener listener = new();

    public MetricCollector(Meter meter)
    {
        listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                listener.EnableMeasurementEvents(instrument, FindSeries(instrument, instrument.Tags?.ToArray() ?? []));
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, labels, state) => Take(instrument, value, labels, state));
        listener.SetMeasurementEventCallback<double>((instrument, value, labels, state) => Take(instrument, value, labels, state));
        listener.Start();
    }

    /// <summary>Asks the observable instruments and returns every series that was measured, grouped by name.</summary>
    public IEnumerable<IGrouping<string, MetricSeries>> Collect()
    {
        listener.RecordObservableInstruments();
        return series.Values
            .Where(one => !one.Instrument.IsObservable || one.IsMeasured)
            .OrderBy(one => PrometheusText.LabelsOf(one), StringComparer.Ordinal)
            .GroupBy(one => one.Instrument.Name)
            .OrderBy(group => group.Key, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels, object? state)
    {
        MetricSeries target = labels.IsEmpty ? (MetricSeries)state! : FindSeries(instrument, [.. instrument.Tags ?? [], .. labels]);
        if (instrument is Histogram<double>)
        {
            target.Record(value);
        }
        else if (instrument.IsObservable)
        {
            // The sum of tables without labels falls when one of them is deleted, which a counter must not: it would look like a restart.
            target.Set(IsOfOthers(target) && PrometheusText.IsCounter(instrument) ? Math.Max(value, target.Value) : value);
        }
        else
        {
            target.Add(value);
        }
    }

    private static bool IsOfOthers(MetricSeries one) => Array.Exists(one.Labels, label => ReferenceEquals(label.Value, TableLabels.Others));

    private MetricSeries FindSeries(Instrument instrument, KeyValuePair<string, object?>[] labels) =>
        series.GetOrAdd((instrument.Name, PrometheusText.Render(labels)), _ => new MetricSeries(instrument, labels));
}
