using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>One call of the backend, between its begin and its answer.</summary>
internal sealed class HeldCall
{
    private static readonly DynamoError Throttled =
        DynamoError.Modelled("ProvisionedThroughputExceededException", "The level of configured provisioned throughput was exceeded.");

    private readonly TaskCompletionSource<Reply> answer;
    private readonly HeldBackend owner;
    private readonly Effects effects;
    private readonly int partsToDo;
    private Reply? reply;
    private int partsDone;

    public HeldCall(HeldBackend owner, Operation operation, CallPlan plan)
        : this(owner, operation, plan, new())
    {
    }

    private HeldCall(HeldBackend owner, Operation operation, CallPlan plan, TaskCompletionSource<Reply> answer)
    {
        this.owner = owner;
        this.answer = answer;
        Operation = operation;
        Step = owner.Step;
        Plan = plan;
        effects = new Effects(owner, operation, plan);
        partsToDo = plan.IsRefused ? effects.Parts / 2
            : operation is BatchWriteItem ? Math.Max(0, effects.Parts - plan.Undone)
            : effects.Parts;
    }

    public Operation Operation { get; }

    /// <summary>In which step it was sent.</summary>
    public int Step { get; }

    public CallPlan Plan { get; }

    /// <summary>What was sent before for the same caller, with an unknown outcome; null for nothing.</summary>
    public HeldCall? First { get; private init; }

    public Task<Reply> Answer => answer.Task;

    /// <summary>Whether the caller has been told anything, be it by another call that was sent in the place of this one.</summary>
    public bool IsToldOf => answer.Task.IsCompleted;

    /// <summary>Whether everything it does is done, and its answer fixed.</summary>
    public bool IsDone => reply is not null;

    /// <summary>The last effect there was when it was done, its own included; null while it is not done.</summary>
    public int? DoneAt { get; private set; }

    /// <summary>Whether the backend failed to answer it.</summary>
    public bool IsFailed { get; private set; }

    /// <summary>Whether it failed because the backend had no capacity.</summary>
    public bool IsThrottled { get; private set; }

    /// <summary>Numbers of its effects.</summary>
    public IReadOnlyList<int> Effects => effects.Numbers;

    /// <summary>The next atomic part takes effect; the last one fixes the answer.</summary>
    public void Advance()
    {
        if (IsDone)
        {
            return;
        }

        if (partsDone < partsToDo)
        {
            effects.Perform(partsDone++);
        }

        if (partsDone >= partsToDo)
        {
            reply = Plan.IsRefused ? new ErrorReply(Throttled) : effects.Reply(partsDone);
            DoneAt = owner.History.Now;
        }
    }

    public void Complete()
    {
        while (!IsDone)
        {
            Advance();
        }
    }

    /// <summary>The answer is lost, and the same call is sent once more. The caller gets the answer to that.</summary>
    public HeldCall Repeat()
    {
        HeldCall second = new(owner, Operation, Plan with { IsRefused = false }, answer) { First = this };
        owner.Held.Remove(this);
        owner.Held.Add(second);
        return second;
    }

    /// <summary>
    /// The answer arrives; the waiting code has run when this returns, but for that of others who wait for the same fetch.
    /// </summary>
    public void Release()
    {
        Complete();
        owner.Held.Remove(this);
        answer.SetResult(First is null ? reply! : reply!.WithEffect(KnownEffect.Unknown));
    }

    /// <summary>The backend fails to answer: it throttles, breaks, or is not there.</summary>
    public void Fail(int how)
    {
        IsFailed = true;
        IsThrottled = how > 1;
        owner.Held.Remove(this);
        if (how == 0)
        {
            answer.SetException(new IOException("broken"));
        }
        else
        {
            answer.SetResult(new ErrorReply(how == 1 ? TransportFaults.InternalServerError : Throttled));
        }
    }

    /// <summary>The answer is lost, whatever was done or will be; or it never left, so that nothing was and will be.</summary>
    public void Lose(bool isBroken, bool isNeverSent = false)
    {
        owner.Held.Remove(this);
        if (isBroken)
        {
            answer.SetException(new IOException("broken"));
        }
        else
        {
            answer.SetResult(new ErrorReply(TransportFaults.InternalServerError)
            {
                Effect = isNeverSent ? KnownEffect.None : KnownEffect.AsAnswered,
            });
        }
    }
}
