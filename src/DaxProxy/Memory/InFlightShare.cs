namespace DaxProxy.Memory;

/// <summary>A share of an <see cref="InFlightBudget"/>, which goes back when it is disposed, once.</summary>
public sealed class InFlightShare : IDisposable
{
    private readonly long bytes;
    private InFlightBudget? budget;

    internal InFlightShare(InFlightBudget budget, long bytes)
    {
        this.budget = budget;
        this.bytes = bytes;
    }

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref budget, null)?.Return(bytes);
}
