namespace DaxProxy.Core.Caching.Group;

/// <summary>A yes or no that several wait for. Thread-safe.</summary>
/// <remarks>
/// Each has a task of its own: if several wait for one task, the runtime continues all but one of them on threads of the pool, against what
/// was asked for.
/// </remarks>
/// <param name="continuations">How those who wait go on.</param>
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

            TaskCompletionSource<bool> own = new(continuations);
            waiting.Add(own);
            return own.Task;
        }
    }

    /// <summary>Answers all who wait or will; only the first answer counts.</summary>
    public void End(bool isSo)
    {
        lock (gate)
        {
            if (answer is not null)
            {
                return;
            }

            answer = isSo;
        }

        waiting.ForEach(own => own.SetResult(isSo));
    }
}
