using System.Collections.Concurrent;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Frontends.Dax;

namespace DaxProxy.Tests.Frontends.Dax;

/// <summary>A peer that answers when, and what, a test says; until then it is asked like one that hangs. Thread-safe.</summary>
internal sealed class HeldPeer : IPeer
{
    private readonly ConcurrentQueue<(int Id, TaskCompletionSource<AttributeNames?> Answer)> questions = [];
    private int notNeeded;

    /// <summary>The numbers it was asked for, in their order.</summary>
    public int[] Asked => [.. questions.Select(question => question.Id)];

    /// <summary>How many questions were given up because another peer had answered, or the node stopped.</summary>
    public int NotNeeded => Volatile.Read(ref notNeeded);

    /// <summary>Answers the question of this place.</summary>
    public void Answer(int question, AttributeNames? names) => questions.ElementAt(question).Answer.TrySetResult(names);

    public async Task<AttributeNames?> AskAsync(int id, CancellationToken tooLate, CancellationToken notNeeded)
    {
        TaskCompletionSource<AttributeNames?> answer = new();
        questions.Enqueue((id, answer));
        await using CancellationTokenRegistration onLate = tooLate.Register(() => answer.TrySetResult(null));
        await using CancellationTokenRegistration onEnd = notNeeded.Register(
            () => Interlocked.Add(ref this.notNeeded, answer.TrySetResult(null) ? 1 : 0));
        return await answer.Task;
    }
}
