namespace DaxProxy.Conformance.Remote;

/// <summary>A write of a random run and what its client was told.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Operation">Its operation.</param>
/// <param name="Changes">What it does if it does anything.</param>
/// <param name="From">When it was sent, in ticks of the stopwatch.</param>
/// <param name="To">When it was answered.</param>
/// <param name="Status">With which status.</param>
/// <param name="Text">And which body.</param>
internal sealed record RandomWrite(
    long Number, string Operation, IReadOnlyList<RandomChange> Changes, long From, long To, int Status, string Text);
