namespace DaxProxy.Core.Caching.Group;

/// <summary>
/// Words that a process sends itself through the channel. One that comes back says that everything has been heard that was announced
/// before it was sent. One word serves all who asked before it was sent. Thread-safe.
/// </summary>
/// <param name="channel">The channel.</param>
/// <param name="time">The clock.</param>
/// <param name="continuations">How those who wait go on.</param>
internal sealed class Echoes(IGroupChannel channel, TimeProvider time, TaskCreationOptions continuations)
{
    /// <summary>How long a word is waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly Lock gate = new();
    private TaskCompletionSource<bool>? next;
    private TaskCompletionSource<bool>? current;
    private string word = "";
    private long sent;

    /// <summary>True when a word has come back that is sent after this was called; false where none does.</summary>
    public Task<bool> NextAsync()
    {
        lock (gate)
        {
            next ??= new TaskCompletionSource<bool>(continuations);
            Task<bool> answer = next.Task;
            if (current is null)
            {
                SendNext();
            }

            return answer;
        }
    }

    /// <summary>A word has come back.</summary>
    public void OnEcho(string heard)
    {
        TaskCompletionSource<bool>? answered;
        lock (gate)
        {
            answered = heard == word ? Advance() : null;
        }

        answered?.TrySetResult(true);
    }

    /// <summary>No word that was sent comes back any more.</summary>
    public void End()
    {
        TaskCompletionSource<bool>?[] ended;
        lock (gate)
        {
            ended = [current, next];
            (current, next, word) = (null, null, "");
        }

        foreach (TaskCompletionSource<bool>? waiting in ended)
        {
            waiting?.TrySetResult(false);
        }
    }

    /// <summary>Inside the lock: those who wait for the word on its way, which is sent for the others now.</summary>
    private TaskCompletionSource<bool>? Advance()
    {
        TaskCompletionSource<bool>? answered = current;
        (current, word) = (null, "");
        if (next is not null)
        {
            SendNext();
        }

        return answered;
    }

    private void SendNext()
    {
        (current, next) = (next!, null);
        word = $"{++sent}";
        _ = SendAsync(current, word);
    }

    private async Task SendAsync(TaskCompletionSource<bool> waiting, string own)
    {
        try
        {
            await channel.EchoAsync(own).WaitAsync(Patience, time).ConfigureAwait(false);
            await waiting.Task.WaitAsync(Patience, time).ConfigureAwait(false);
            return;
        }
        catch (Exception)
        {
            // It may come back all the same, but that is not waited for.
        }

        lock (gate)
        {
            if (current == waiting)
            {
                Advance();
            }
        }

        waiting.TrySetResult(false);
    }
}
