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
    private Word? next;
    private Word? current;
    private long sent;

    /// <summary>True when a word has come back that is sent after this was called; false where none does.</summary>
    public Task<bool> NextAsync()
    {
        lock (gate)
        {
            next ??= new Word($"{++sent}", new SharedWait(continuations));
            Task<bool> answer = next.HasComeBack.WaitAsync();
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
        Word? answered;
        lock (gate)
        {
            answered = current?.Text == heard ? Advance() : null;
        }

        answered?.HasComeBack.End(true);
    }

    /// <summary>No word that was sent comes back any more.</summary>
    public void End()
    {
        Word?[] ended;
        lock (gate)
        {
            ended = [current, next];
            (current, next) = (null, null);
        }

        foreach (Word? word in ended)
        {
            word?.HasComeBack.End(false);
        }
    }

    /// <summary>Inside the lock: the word on its way, after which the next one is sent.</summary>
    private Word? Advance()
    {
        Word? answered = current;
        current = null;
        if (next is not null)
        {
            SendNext();
        }

        return answered;
    }

    private void SendNext()
    {
        (current, next) = (next!, null);
        _ = SendAsync(current);
    }

    private async Task SendAsync(Word word)
    {
        try
        {
            await channel.EchoAsync(word.Text).WaitAsync(Patience, time).ConfigureAwait(false);
            await word.HasComeBack.WaitAsync().WaitAsync(Patience, time).ConfigureAwait(false);
            return;
        }
        catch (Exception)
        {
            // It may come back all the same, but that is not waited for.
        }

        lock (gate)
        {
            if (current == word)
            {
                Advance();
            }
        }

        word.HasComeBack.End(false);
    }

    /// <summary>A word, and those who wait for it.</summary>
    private sealed record Word(string Text, SharedWait HasComeBack);
}
