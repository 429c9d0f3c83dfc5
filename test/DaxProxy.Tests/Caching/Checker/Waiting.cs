using DaxProxy.Core.Operations;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>Waits for what other threads are about to end.</summary>
internal static class Waiting
{
    /// <summary>False if the answer does not come in a time in which anything that is to come has come.</summary>
    public static bool ForEndOf(Task<Reply> answer)
    {
        SpinWait spin = default;
        while (!answer.IsCompleted && spin.Count < 100)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        return answer.IsCompleted || ((IAsyncResult)answer).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(10));
    }
}
