using DaxProxy.Core;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Recording;

/// <summary>A backend whose traffic can be recorded. Changes nothing.</summary>
internal sealed class RecordingBackend(IDynamoBackend inner, TrafficRecorder recorder) : IDynamoBackend
{
    /// <inheritdoc/>
    public ReadLag ReadLag => inner.ReadLag;

    /// <inheritdoc/>
    public Func<KeyLayout, AttributeMap, ulong>? ScanOrder => inner.ScanOrder;

    /// <inheritdoc/>
    public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken) => recorder.Current is { } recording
        ? RecordAsync(recording, operation, cancellationToken)
        : inner.ExecuteAsync(operation, cancellationToken);

    private async ValueTask<Reply> RecordAsync(TrafficRecording recording, Operation operation, CancellationToken cancellationToken)
    {
        TimeSpan at = recording.Elapsed;
        Reply reply = await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
        try
        {
            recording.Note(at, operation, reply);
        }
        catch (Exception)
        {
            // The request has been carried out: what goes wrong with its record is no matter of its client's.
            recording.CountOther();
        }

        return reply;
    }
}
