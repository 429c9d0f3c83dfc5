namespace DaxProxy.Report;

/// <summary>The requests of a trace in their order, as the connections of a load take them.</summary>
/// <param name="trace">The trace.</param>
/// <param name="turns">Which request is next; shared by the connections.</param>
/// <param name="seed">The same seed takes the same instead of an item that is being written.</param>
internal sealed class TraceDraws(ReplayTrace trace, TraceDraws.Turns turns, int seed) : IDraws
{
    private readonly Random random = new(seed);

    /// <inheritdoc/>
    public Draw Next(int items) => trace[turns.Next()];

    /// <inheritdoc/>
    public int Another(int items) => trace.Keys.Next(random, items);

    /// <summary>Gives each number once, from a first one on. Thread-safe.</summary>
    /// <param name="first">The first.</param>
    internal sealed class Turns(long first)
    {
        private long taken = first - 1;

        public long Next() => Interlocked.Increment(ref taken);
    }
}
