namespace DaxProxy.Recording;

/// <summary>What is wrong with a trace. The message is one line for the user, with the number of the trace's line.</summary>
internal sealed class TraceFault : Exception
{
    /// <summary>Without anything to say.</summary>
    public TraceFault()
    {
    }

    /// <inheritdoc/>
    public TraceFault(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public TraceFault(string message, Exception inner)
        : base(message, inner)
    {
    }
}
