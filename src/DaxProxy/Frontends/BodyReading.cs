using System.Buffers;
using System.IO.Pipelines;

namespace DaxProxy.Frontends;

/// <summary>Reads bodies within limits.</summary>
internal static class BodyReading
{
    /// <summary>
    /// A whole body, held by the reader until it is advanced to the body's end; null when it is longer than the limit, and then all of it
    /// is still to be read.
    /// </summary>
    /// <param name="reader">The request's reader.</param>
    /// <param name="maxBytes">The limit.</param>
    /// <param name="cancellationToken">The end of the request.</param>
    public static async ValueTask<ReadOnlySequence<byte>?> TryReadAsync(
        PipeReader reader, long maxBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (read.Buffer.Length > maxBytes)
            {
                reader.AdvanceTo(read.Buffer.Start);
                return null;
            }

            if (read.IsCompleted)
            {
                return read.Buffer;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Takes a whole body out of the reader, as it comes; false as soon as it is longer than the limit.</summary>
    /// <param name="reader">The request's reader.</param>
    /// <param name="body">Where to put it.</param>
    /// <param name="maxBytes">The limit.</param>
    /// <param name="cancellationToken">The end of the request.</param>
    public static async ValueTask<bool> TryTakeAsync(
        PipeReader reader, PooledBuffer body, long maxBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            bool fits = body.WrittenSpan.Length + read.Buffer.Length <= maxBytes;
            if (fits)
            {
                foreach (ReadOnlyMemory<byte> piece in read.Buffer)
                {
                    body.Write(piece.Span);
                }
            }

            reader.AdvanceTo(read.Buffer.End);
            if (!fits || read.IsCompleted)
            {
                return fits;
            }
        }
    }

    /// <summary>
    /// Reads past the rest of a body: a client that is still sending would not see an answer. Returns whether that was all of it.
    /// </summary>
    /// <param name="reader">The request's reader.</param>
    /// <param name="maxBytes">How much of it at most.</param>
    /// <param name="cancellationToken">The end of the request.</param>
    public static async ValueTask<bool> DiscardAsync(PipeReader reader, long maxBytes, CancellationToken cancellationToken)
    {
        for (long discardedBytes = 0; discardedBytes <= maxBytes;)
        {
            ReadResult read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            discardedBytes += read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return true;
            }
        }

        return false;
    }
}
