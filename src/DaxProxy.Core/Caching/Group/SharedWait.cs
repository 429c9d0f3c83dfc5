namespace DaxProxy.Core.Caching.Group;

/// <summary>A yes or no that several wait for. Thread-safe.</summary>
/// <remarks>
/// Each has a task of its own: if several wait for one task, the runtime continues all but one of them on threads of the pool, against what
/// was asked for.
/// </remarks>
/// <param name="continuations">How those who wait go on, unless <see cref="EndHere"/> says otherwise.</param>
internal sealed class SharedWait(TaskCreationOptions continuations)
{
    private readonly Lock gate = new();
    private readonly List<TaskCompletionSource<bool>> waiting = [];
    private bool? answer;

    /// <summary>The answer, once there is one.</summary>
    public Task<bool> WaitAsync()
    {
        lock (gate)
        {
            if (answer is { } known)
            {
                return Task.FromResult(known);
            }

            TaskCompletionSource<bool> own = new();
            waiting.Add(own);
            return own.Task;
        }
    }

    /// <summary>Answers all who wait or will; only the first answer counts.</summary>
    public void End(bool isSo)
    {
        if (TryEnd(isSo))
        {
            GoOn(isSo, continuations == TaskCreationOptions.None);
        }
    }

    /// <summary>
    /// The same, but one who waits alone goes on before this returns. Of several each has a thread of the pool, as none should wait for the
    /// others. For callers that hold no lock.
    /// </summary>
    public void EndHere(bool isSo)
    {
        if (TryEnd(isSo))
        {
            GoOn(isSo, waiting.Count == 1 || continuations == TaskCreationOptions.None);
        }
    }

    private bool TryEnd(bool isSo)
    {
        lock (gate)
        {
            bool isFirst = answer is null;
            answer ??= isSo;
            return isFirst;
        }
    }

    private void GoOn(bool isSo, bool isHere)
    {
        foreach (TaskCompletionSource<bool> own in waiting)
        {
            if (isHere)
            {
                own.SetResult(isSo);
            }
            else
            {
                ThreadPool.UnsafeQueueUserWorkItem(static go => go.Own.SetResult(go.IsSo), (Own: own, IsSo: isSo), preferLocal: false);
            }
        }
    }
}
