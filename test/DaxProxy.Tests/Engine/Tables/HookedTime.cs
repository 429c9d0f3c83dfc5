namespace DaxProxy.Tests.Engine.Tables;

/// <summary>A clock that does something when it is looked at for a certain time, on the thread that looks.</summary>
internal sealed class HookedTime : TimeProvider
{
    private Action? hook;
    private int looks;

    /// <summary>Whether it has been done.</summary>
    public bool IsDone => hook is null;

    /// <summary>Does something at a look from now on; what that looks at the clock itself does not count.</summary>
    public void OnLook(int number, Action action) => (looks, hook) = (number, action);

    public override DateTimeOffset GetUtcNow()
    {
        if (hook is { } action && --looks == 0)
        {
            hook = null;
            action();
        }

        return base.GetUtcNow();
    }
}
