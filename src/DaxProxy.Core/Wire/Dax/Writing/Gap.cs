namespace DaxProxy.Core.Wire.Dax.Writing;

/// <summary>Where a byte string of values begins in an answer: its head and the number of its attribute list are not written yet.</summary>
/// <param name="Position">Where they belong.</param>
/// <param name="ContentBytes">Length of the values behind them.</param>
/// <param name="List">Which of the answer's lists it is; <see cref="NoList"/> for the one without names.</param>
internal readonly record struct Gap(int Position, int ContentBytes, int List)
{
    public const int NoList = -1;

    /// <summary>The most bytes that are written into one: a head and a number.</summary>
    public const int MaxBytes = 18;
}
