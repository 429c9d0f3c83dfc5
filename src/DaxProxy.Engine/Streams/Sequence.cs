using System.Globalization;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Streams;

/// <summary>The numbers of records and shards: one row of numbers for all streams of a store.</summary>
internal static class Sequence
{
    /// <summary>A number as clients see it has 21 digits: a one and these.</summary>
    private const int Digits = 20;

    /// <summary>Takes the next number.</summary>
    public static long Next(Session session)
    {
        session.Statement("UPDATE sequence SET last = last + 1").Run();
        return Last(session);
    }

    /// <summary>The last number taken.</summary>
    public static long Last(Session session)
    {
        Statement last = session.Statement("SELECT last FROM sequence");
        last.Step();
        long number = last.Int64(0);
        last.Reset();
        return number;
    }

    public static string Print(long number) => string.Create(CultureInfo.InvariantCulture, $"1{number:D20}");

    /// <summary>Reads what <see cref="Print"/> wrote; false for all else.</summary>
    public static bool TryParse(string text, out long number)
    {
        number = 0;
        return text.Length == Digits + 1 && text[0] == '1'
            && long.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
