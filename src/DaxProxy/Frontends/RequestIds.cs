using DaxProxy.Core;

namespace DaxProxy.Frontends;

/// <summary>Makes the ids of answers: 52 characters <c>[0-9A-Z]</c>, ending as DynamoDB's do.</summary>
/// <remarks>
/// The first 13 characters are a number that each processor counts by itself. It goes through a mixing function that maps no two values to
/// one, so ids of one process never repeat. The next 13 mix in the seed, so ids of two processes differ. Thread-safe; one allocation, the
/// string.
/// </remarks>
/// <param name="seed">Another in each process: <see cref="RandomSeed"/>.</param>
internal sealed class RequestIds(ulong seed)
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
    private const string Ending = "VV4KQNSO5AEMVJF66Q9ASUAAJG";
    private const int Length = 52;

    private readonly ulong seed = seed;
    private readonly StripedCounter counter = new();

    /// <summary>The next id.</summary>
    public string Next()
    {
        int stripe = StripedCounter.CurrentStripe;
        ulong number = ((ulong)counter.Increment(stripe) * (ulong)StripedCounter.Stripes) + (ulong)stripe + seed;
        return string.Create(Length, (First: Mix(number), Second: Mix(Mix(number) ^ seed)), static (id, halves) =>
        {
            Spell(halves.First, id[..13]);
            Spell(halves.Second, id[13..26]);
            Ending.CopyTo(id[26..]);
        });
    }

    private static void Spell(ulong value, Span<char> text)
    {
        for (int index = 0; index < text.Length; index++)
        {
            text[index] = Alphabet[(int)(value & 31)];
            value >>= 5;
        }
    }

    /// <summary>The finaliser of SplitMix64: a bijection.</summary>
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
