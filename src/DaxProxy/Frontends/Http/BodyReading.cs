using System.Buffers;
using System.IO.Pipelines;

namespace DaxProxy.Frontends.Http;

/// <summary>Reads a whole body within a limit.</summary>
internal static class BodyReading
{
    /// <summary>
    /// The body, held by the reader until it is advanced to the body's end; null when it is longer than the limit. Of a longer body up to
    /// <paramref name="maxDrainedBytes"/> are read and thrown away: a client that is still sending would not see an answer.
    /// </summary>
    /// <param name="reader">The request's reader.</param>
    /// <param name="contentLength">The length announced; null for a chunked body.</param>
    /// <param name="maxBytes">The limit.</param>
    /// <param name="maxDrainedBytes">How much of a longer body to throw away at most.</param>
    /// <param name="cancellationToken">The end of the request.</param>
    public static async ValueTask<ReadOnlySequence<byte>?> ReadAsync(
        PipeReader reader, long? contentLength, long maxBytes, long maxDrainedBytes, CancellationToken cancellationToken)
    {
        bool isTooLarge = contentLength > maxBytes;
        if (contentLength > maxDrainedBytes)
        {
            return null;
        }

        long drainedBytes = 0;
        while (true)
        {
            ReadResult read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            isTooLarge |= read.Buffer.Length > maxBytes;
            if (!isTooLarge)
            {
                if (read.IsCompleted)
                {
                    return read.Buffer;
                }

                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            drainedBytes += read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || drainedBytes > maxDrainedBytes)
            {
                return null;
            }
        }
    }
}
