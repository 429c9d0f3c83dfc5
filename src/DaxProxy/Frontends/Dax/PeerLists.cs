using DaxProxy.Core.Wire.Dax;
using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Frontends.Dax;

/// <summary>
/// The attribute lists of this node, and those that only its peers know: a client may use a number at any node, whichever node gave it. An
/// answer of a peer is kept, so its number is not asked for again.
/// </summary>
/// <remarks>
/// Thread-safe. All peers are asked at once, and the first good answer counts. The cost that a client can cause is bounded: there is one
/// question for each number and no more than <see cref="MaxQuestions"/> at once, and a question without an answer keeps its place a little
/// longer. That is why the questions are no MemoryCache: none may leave before its time, or its number could be asked for again at once. A
/// peer answers from its own store only, so a question goes no further.
/// </remarks>
internal sealed class PeerLists : IAttributeLists, IAsyncDisposable
{
    /// <summary>Most questions at once, of any clients. Those beyond wait for a place, as long as a question may take.</summary>
    public const int MaxQuestions = 64;

    /// <summary>How long a client waits for what no peer says. Any node of the same network answers in far less.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long it is remembered that no node knew a number, and how long its place stays taken. So even a client that makes up numbers
    /// cannot have the peers asked more than 256 times a second. Each question takes a port of this machine for a minute, and there are
    /// some 28,000 ports for each peer.
    /// </summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly IAttributeLists own;
    private readonly IReadOnlyList<IPeer> peers;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim places = new(MaxQuestions);
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly Dictionary<int, TaskCompletionSource<AttributeNames?>> questions = [];

    /// <summary>The lists of a store and of peers.</summary>
    /// <param name="own">The store.</param>
    /// <param name="peers">The peers.</param>
    /// <param name="time">The clock.</param>
    public PeerLists(IAttributeLists own, IReadOnlyList<IPeer> peers, TimeProvider time)
    {
        this.own = own;
        this.peers = peers;
        this.time = time;
    }

    /// <inheritdoc/>
    public ValueTask<int> IdOfAsync(AttributeNames names, CancellationToken cancellationToken) => own.IdOfAsync(names, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> TryKeepAsync(int id, AttributeNames names, CancellationToken cancellationToken) =>
        own.TryKeepAsync(id, names, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<AttributeNames?> FindAsync(int id, CancellationToken cancellationToken)
    {
        AttributeNames? known = await own.FindAsync(id, cancellationToken).ConfigureAwait(false);
        return known is not null || id < AttributeNames.FirstId
            ? known
            : await AnswerTo(id).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks no more. When this has ended, the store may go.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        Task[] open;
        lock (gate)
        {
            open = [.. questions.Values.Select(question => question.Task)];
        }

        await Task.WhenAll(open).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// The answer to the question that is open, or was a moment ago; otherwise to a new one. Who asks may leave without ending it.
    /// </summary>
    private Task<AttributeNames?> AnswerTo(int id)
    {
        TaskCompletionSource<AttributeNames?>? question;
        lock (gate)
        {
            if (questions.TryGetValue(id, out question))
            {
                return question.Task;
            }

            question = new(TaskCreationOptions.RunContinuationsAsynchronously);
            questions.Add(id, question);
        }

        _ = AskAsync(id, question);
        return question.Task;
    }

    /// <summary>Answers a question, and frees its place. Throws nothing.</summary>
    private async Task AskAsync(int id, TaskCompletionSource<AttributeNames?> question)
    {
        using CancellationTokenSource tooLate = new(TimeLimit, time);
        bool hasPlace = await TryTakePlaceAsync(tooLate.Token).ConfigureAwait(false);
        Task pause = Task.CompletedTask;
        try
        {
            AttributeNames? names = hasPlace ? await AskPeersAsync(id, tooLate.Token).ConfigureAwait(false) : null;
            pause = names is null && hasPlace ? Task.Delay(Pause, time, stop.Token) : pause;
            question.SetResult(names);
        }
        catch (Exception exception)
        {
            question.SetException(exception);
        }

        await pause.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (gate)
        {
            questions.Remove(id);
        }

        if (hasPlace)
        {
            places.Release();
        }
    }

    private async Task<bool> TryTakePlaceAsync(CancellationToken tooLate)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(tooLate, stop.Token);
        try
        {
            await places.WaitAsync(end.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<AttributeNames?> AskPeersAsync(int id, CancellationToken tooLate)
    {
        using CancellationTokenSource notNeeded = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        Task<AttributeNames?>[] asked = [.. peers.Select(peer => peer.AskAsync(id, tooLate, notNeeded.Token))];
        try
        {
            await foreach (Task<AttributeNames?> answer in Task.WhenEach(asked).ConfigureAwait(false))
            {
                if (await answer.ConfigureAwait(false) is { } names
                    && await own.TryKeepAsync(id, names, CancellationToken.None).ConfigureAwait(false))
                {
                    return names;
                }
            }

            return null;
        }
        finally
        {
            await notNeeded.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(asked).ConfigureAwait(false);
        }
    }
}
