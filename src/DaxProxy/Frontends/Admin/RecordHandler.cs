using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using DaxProxy.Recording;

namespace DaxProxy.Frontends.Admin;

/// <summary>
/// <c>POST /api/record</c> with <c>{"seconds":60,"maxBytes":67108864}</c>: answers with a trace of the traffic while it goes by, until the
/// time is over, so many bytes are sent, the client leaves or the process stops. Nothing is kept in the process.
/// </summary>
/// <remarks>One at a time; a second one gets 409. What is in a trace: <see cref="TraceRecord"/>.</remarks>
/// <param name="recorder">What records.</param>
/// <param name="unread">What answers those whose bodies are not wanted.</param>
/// <param name="onBegun">Told of each recording.</param>
/// <param name="isServing">Whether the process goes on; asked once a second while the client reads.</param>
/// <param name="time">The clock.</param>
internal sealed class RecordHandler(
    TrafficRecorder recorder, UnreadBodies unread, Action<HttpContext> onBegun, Func<bool> isServing, TimeProvider time)
{
    private const int MostSeconds = 3600;
    private const long LeastBytes = 64 * 1024;
    private const long MostBytes = 1024 * 1024 * 1024;

    /// <summary>Records that are written before they are sent.</summary>
    private const int MostAtOnce = 1000;

    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);

    public Task HandleAsync(HttpContext context) => JsonBody.HandleAsync(context, unread, request => Read(request) is { } limits
        ? (() => RecordAsync(context, limits.Duration, limits.MaxBytes), null)
        : ((Func<Task>?)null, string.Create(
            CultureInfo.InvariantCulture,
            $"the body must hold seconds (1 to {MostSeconds}) and maxBytes ({LeastBytes} to {MostBytes}), and nothing else")));

    private static (TimeSpan Duration, long MaxBytes)? Read(JsonElement request) =>
        request.EnumerateObject().Count() == 2
            && request.TryGetProperty("seconds", out JsonElement seconds) && seconds.ValueKind == JsonValueKind.Number
            && request.TryGetProperty("maxBytes", out JsonElement bytes) && bytes.ValueKind == JsonValueKind.Number
            && seconds.TryGetDouble(out double duration) && duration is >= 1 and <= MostSeconds
            && bytes.TryGetInt64(out long maxBytes) && maxBytes is >= LeastBytes and <= MostBytes
            ? (TimeSpan.FromSeconds(duration), maxBytes)
            : null;

    private async Task RecordAsync(HttpContext context, TimeSpan duration, long maxBytes)
    {
        using TrafficRecording? recording = recorder.TryBegin();
        if (recording is null)
        {
            await AdminReply.ErrorAsync(context, 409, "the traffic is being recorded already").ConfigureAwait(false);
            return;
        }

        onBegun(context);
        HttpResponse response = context.Response;
        response.ContentType = "application/x-ndjson";
        AdminReply.Guard(response);
        PipeWriter body = response.BodyWriter;
        CancellationToken gone = context.RequestAborted;
        byte[] line = TraceFormat.Head();
        body.Write(line);
        long written = line.Length, unsent = 0;
        string end = "time";

        // The time is over for requests then, whatever the client does. What waits is still sent.
        using ITimer over = time.CreateTimer(_ => recording.Dispose(), null, duration, Timeout.InfiniteTimeSpan);
        bool isOver = false;
        while (!isOver)
        {
            // A client that reads slowly makes records wait here, and in the end be lost. Requests do not wait for it.
            await body.FlushAsync(gone).ConfigureAwait(false);
            isOver = !await WaitAsync(recording, gone).ConfigureAwait(false);
            for (int count = 0; count < MostAtOnce && unsent == 0 && recording.TryTake(out TraceRecord? record); count++)
            {
                line = TraceFormat.Of(record);
                if (written + line.Length > maxBytes)
                {
                    unsent = 1;
                }
                else
                {
                    written += line.Length;
                    body.Write(line);
                }
            }

            if (unsent > 0)
            {
                end = "size";
                isOver = true;
                recording.Dispose();
                while (recording.TryTake(out _))
                {
                    unsent++;
                }
            }
            else if (!isOver && !isServing())
            {
                end = "stopped";
                recording.Dispose();
            }
        }

        body.Write(TraceFormat.End(end, recording.Lost + unsent, recording.Others));
        await body.FlushAsync(gone).ConfigureAwait(false);
    }

    /// <summary>Waits for something to write, for a second at most; false once nothing comes any more.</summary>
    private async Task<bool> WaitAsync(TrafficRecording recording, CancellationToken gone)
    {
        using CancellationTokenSource breath = new(Breath, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(breath.Token, gone);
        try
        {
            return await recording.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            return true;
        }
    }
}
