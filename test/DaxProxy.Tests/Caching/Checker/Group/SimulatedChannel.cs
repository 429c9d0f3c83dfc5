using DaxProxy.Core.Caching.Group;

namespace DaxProxy.Tests.Caching.Checker.Group;

/// <summary>One member's connection: requests on their way there; replies, messages and acknowledgements on their way back.</summary>
internal sealed class SimulatedChannel(SimulatedRedis redis) : IGroupChannel
{
    private readonly Queue<Request> requests = new();
    private readonly Queue<Request> aside = new();
    private readonly Queue<Request> replies = new();
    private IGroupListener? listener;
    private string server = "";

    /// <summary>What was published and has not been heard: messages, and own words among them.</summary>
    public Queue<object> Messages { get; } = new();

    /// <summary>What was acknowledged and has not been heard.</summary>
    public Queue<GroupAck> Acks { get; } = new();

    /// <summary>Whether messages that are published now will be heard.</summary>
    public bool IsSubscribed { get; private set; }

    /// <summary>How often it was opened.</summary>
    public int Opens { get; private set; }

    /// <summary>Signals the end of the stay for which it was opened last.</summary>
    public CancellationToken StayEnd { get; private set; }

    /// <summary>Whether nothing gets through, in either direction.</summary>
    public bool IsCutOff { get; set; }

    public Task OpenAsync(IGroupListener listener, CancellationToken cancellationToken)
    {
        redis.Enter();
        (Opens, StayEnd) = (Opens + 1, cancellationToken);
        this.listener = null;
        Break();
        if (IsCutOff)
        {
            return Task.FromException(new IOException("no way"));
        }

        this.listener = listener;
        server = redis.Server;
        redis.Channels.Add(this);
        return Ask(() => IsSubscribed = true);
    }

    public Task<Membership> JoinAsync(Stay stay, bool isReturn) => Ask(() => redis.Join(stay, isReturn));

    public Task<Membership?> RenewAsync(Stay stay, GroupMessage beat, string address, TimeSpan quiet) => Ask(() => redis.Renew(stay, beat));

    public Task<Membership> AnnounceAsync(GroupMessage message, TimeSpan doubt, SharedRaise? raise) =>
        Ask(() => redis.Announce(message, doubt, raise));

    public Task EchoAsync(string word) => Ask(() =>
    {
        Messages.Enqueue(word);
        return true;
    });

    public Task<SharedAnswer> LookAsync(string key, string ticket) => Ask(() => redis.Look(server, key, ticket), aside);

    public Task StoreAsync(string key, string ticket, byte[] value, TimeSpan life) => Ask(
        () =>
        {
            redis.Store(server, key, ticket, value, life);
            return true;
        },
        aside);

    public Task ForgetAsync(string key) => Ask(
        () =>
        {
            redis.Forget(key);
            return true;
        },
        aside);

    public Task<(StrikeResult Result, TimeSpan Left)> StrikeAsync(Stay stay) => Ask(() => redis.Strike(stay));

    public Task LeaveAsync(Stay stay) => Ask(() =>
    {
        redis.Leave(stay);
        return true;
    });

    public Task AckAsync(GroupAck ack) => Ask(() =>
    {
        redis.Acknowledge(ack);
        return true;
    });

    public ValueTask DisposeAsync()
    {
        Break();
        return ValueTask.CompletedTask;
    }

    /// <summary>The connection ends; what is on its way is lost, and the listener told.</summary>
    public void Break()
    {
        IsSubscribed = false;
        redis.Channels.Remove(this);
        Messages.Clear();
        Acks.Clear();
        Request[] open = [.. requests, .. aside, .. replies];
        requests.Clear();
        aside.Clear();
        replies.Clear();
        IGroupListener? told = listener;
        listener = null;
        told?.OnLost();
        foreach (Request request in open)
        {
            request.Fail();
        }
    }

    /// <summary>Does one of what can be done next; false if there is nothing.</summary>
    public bool TryMove(Dice dice)
    {
        List<Action> possible = [];
        foreach (Queue<Request> sent in new[] { requests, aside }.Where(sent => !IsCutOff && sent.Count > 0))
        {
            possible.Add(() =>
            {
                Request request = sent.Dequeue();
                request.Do();
                replies.Enqueue(request);
            });
        }

        if (!IsCutOff && replies.Count > 0)
        {
            possible.Add(() => replies.Dequeue().Answer());
        }

        if (!IsCutOff && Messages.Count > 0)
        {
            possible.Add(() => Hear(Messages.Dequeue()));
        }

        if (!IsCutOff && Acks.Count > 0)
        {
            possible.Add(() => listener?.OnAck(Acks.Dequeue()));
        }

        if (possible.Count == 0)
        {
            return false;
        }

        dice.Pick(possible)();
        return true;
    }

    private void Hear(object message)
    {
        if (message is GroupMessage told)
        {
            listener?.OnMessage(told);
        }
        else
        {
            listener?.OnEcho((string)message);
        }
    }

    private Task<T> Ask<T>(Func<T> what) => Ask(what, requests);

    private Task<T> Ask<T>(Func<T> what, Queue<Request> queue)
    {
        redis.Enter();
        if (listener is null)
        {
            return Task.FromException<T>(new IOException("not open"));
        }

        TaskCompletionSource<T> answer = new();
        T? result = default;
        queue.Enqueue(new Request(
            () => result = what(), () => answer.TrySetResult(result!), () => answer.TrySetException(new IOException("broken"))));
        return answer.Task;
    }

    private sealed record Request(Action Do, Action Answer, Action Fail);
}
