namespace DaxProxy.Memory;

/// <summary>A share of an <see cref="InFlightBudget"/>, which goes back when it is disposed, once.</summary>
/// <remarks>For one caller at a time, but for the disposal.</remarks>
internal sealed class InFlightShare : IDisposable
{
    private long bytes;
    private InFlightBudget? budget;

    internal InFlightShare(InFlightBudget budget, long bytes)
    {
        this.budget = budget;
        this.bytes = bytes;
    }

    /// <summary>
    /// Makes it what is in use, which is known by now. What is more than was foreseen is had at once, even if there is not so much: then
    /// nothing is given to others until it is back.
    /// </summary>
    public void Resize(long newBytes)
    {
        budget?.ReturnUnused(bytes - newBytes);
        bytes = newBytes;
    }

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref budget, null)?.Return(bytes);
}
