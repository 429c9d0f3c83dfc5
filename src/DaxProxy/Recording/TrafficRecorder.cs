using DaxProxy.Core.Catalog;

namespace DaxProxy.Recording;

/// <summary>Where a recording of the traffic hangs while there is one. Thread-safe.</summary>
/// <remarks>
/// It stands in the way of every request, so all that it costs without a recording is one read of a field. At most one recording runs at a
/// time. While it does, front ends have every request decoded, also those that they could answer from their bytes.
/// </remarks>
/// <param name="catalog">Knows the keys of tables.</param>
/// <param name="time">The clock.</param>
internal sealed class TrafficRecorder(TableCatalog catalog, TimeProvider time)
{
    private TrafficRecording? current;

    /// <summary>The recording that runs; null for none.</summary>
    public TrafficRecording? Current => Volatile.Read(ref current);

    /// <summary>Begins one, to be disposed of; null while another one runs.</summary>
    public TrafficRecording? TryBegin()
    {
        TrafficRecording made = new(catalog, time, ended => Interlocked.CompareExchange(ref current, null, ended));
        return Interlocked.CompareExchange(ref current, made, null) is null ? made : null;
    }
}
