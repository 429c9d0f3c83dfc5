#pragma warning disable CS1591 // stub
namespace DaxProxy.Core.Items;

/// <summary>A DynamoDB number: exact, up to 38 significant digits, magnitude 0 or 1E-130 … 9.99…E+125. Canonical: no trailing zeros.</summary>
public readonly struct Number : IEquatable<Number>, IComparable<Number>
{
    public static NumberFault TryParse(ReadOnlySpan<char> text, out Number number) => throw new NotImplementedException();
    public static NumberFault TryParse(ReadOnlySpan<byte> utf8, out Number number) => throw new NotImplementedException();
    public static Number FromInt64(long value) => throw new NotImplementedException();
    public static bool TryAdd(Number left, Number right, out Number sum) => throw new NotImplementedException();
    public static bool TrySubtract(Number left, Number right, out Number difference) => throw new NotImplementedException();
    public int SizeBytes => throw new NotImplementedException();
    public bool TryFormat(Span<byte> utf8, out int bytesWritten) => throw new NotImplementedException();
    public const int MaxFormattedBytes = 170;
    public int CompareTo(Number other) => throw new NotImplementedException();
    public bool Equals(Number other) => throw new NotImplementedException();
    public override bool Equals(object? obj) => obj is Number other && Equals(other);
    public override int GetHashCode() => throw new NotImplementedException();
    public override string ToString() => throw new NotImplementedException();
}
