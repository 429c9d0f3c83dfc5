namespace DaxProxy.Core.Items;

/// <summary>
/// Collects decimal digits, most significant first, into a coefficient without leading or trailing zeros. Any number of digits may be
/// pushed; only 38 significant ones are kept, the rest are counted.
/// </summary>
/// <remarks>A mutable value for one stack frame. The digits are held as two words of 19, so that no push multiplies 128 bits.</remarks>
internal struct DigitAccumulator
{
    private ulong head;
    private ulong tail;

    /// <summary>Digits from the first to the last that is not zero.</summary>
    public int Significant { get; private set; }

    /// <summary>Zeros pushed since the last other digit: they belong to the exponent.</summary>
    public int TrailingZeros { get; private set; }

    /// <summary>The significant digits as an integer; meaningless when there are more than 38.</summary>
    public readonly UInt128 Coefficient => Significant <= PowersOfTen.WordDigits
        ? head
        : ((UInt128)head * PowersOfTen.Get(Significant - PowersOfTen.WordDigits)) + tail;

    /// <summary>Adds one digit, 0 … 9, on the right.</summary>
    public void Push(uint digit)
    {
        if (digit == 0)
        {
            TrailingZeros += Significant == 0 ? 0 : 1;
            return;
        }

        if (TrailingZeros != 0)
        {
            PushZeros();
        }

        Append(digit);
    }

    private void PushZeros()
    {
        int kept = Math.Min(TrailingZeros, Math.Max(0, Number.MaxDigits - Significant));
        for (int i = 0; i < kept; i++)
        {
            Append(0);
        }

        Significant += TrailingZeros - kept;
        TrailingZeros = 0;
    }

    private void Append(uint digit)
    {
        if (Significant < PowersOfTen.WordDigits)
        {
            head = (head * 10) + digit;
        }
        else if (Significant < Number.MaxDigits)
        {
            tail = (tail * 10) + digit;
        }

        Significant++;
    }
}
