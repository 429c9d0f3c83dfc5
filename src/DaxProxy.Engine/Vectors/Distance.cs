using System.Numerics;

namespace DaxProxy.Engine.Vectors;

/// <summary>
/// How near two vectors are. The numbers are floats; sums are made of doubles, as the service's are, and shown within the range of floats.
/// Source: answers of August 2026 that nubo-db/dynoxide recorded.
/// </summary>
internal sealed class Distance
{
    private readonly string function;
    private readonly float[] wanted;
    private readonly double wantedSquare;

    /// <param name="function"><c>COSINE</c>, <c>EUCLIDEAN</c> or <c>DOT_PRODUCT</c>.</param>
    /// <param name="wanted">The vector that others are compared with.</param>
    public Distance(string function, float[] wanted)
    {
        this.function = function;
        this.wanted = wanted;
        wantedSquare = DotAndSquare(wanted, wanted).Square;
    }

    /// <summary>Whether a large score says that a vector is near.</summary>
    public bool IsLargeNear => function == "DOT_PRODUCT";

    /// <summary>The score of a vector of the same length, which may lie beyond what a float can hold.</summary>
    public double Of(ReadOnlySpan<float> vector) => function switch
    {
        "DOT_PRODUCT" => DotAndSquare(wanted, vector).Dot,
        "EUCLIDEAN" => Math.Sqrt(SquaredDifference(wanted, vector)),
        _ => Cosine(vector),
    };

    /// <summary>A score as answers have it: within what a float can hold.</summary>
    public static double Shown(double score) => Math.Clamp(score, -float.MaxValue, float.MaxValue);

    /// <summary>
    /// From 0 (same direction) to 2 (opposite). A vector of zeros has no direction; with it the service says 1. What rounding would put
    /// beyond the ends is put back.
    /// </summary>
    private double Cosine(ReadOnlySpan<float> vector)
    {
        (double dot, double square) = DotAndSquare(wanted, vector);
        if (square == 0 || wantedSquare == 0)
        {
            return 1;
        }

        return vector.SequenceEqual(wanted) ? 0 : Math.Clamp(1 - (dot / (Math.Sqrt(square) * Math.Sqrt(wantedSquare))), 0, 2);
    }

    /// <summary>The product of both, and that of the right one with itself.</summary>
    private static (double Dot, double Square) DotAndSquare(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Vector<double> low = Vector<double>.Zero, high = Vector<double>.Zero;
        Vector<double> squareLow = Vector<double>.Zero, squareHigh = Vector<double>.Zero;
        int i = 0;
        for (; i <= left.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(left[i..]), out Vector<double> leftLow, out Vector<double> leftHigh);
            Vector.Widen(new Vector<float>(right[i..]), out Vector<double> rightLow, out Vector<double> rightHigh);
            low += leftLow * rightLow;
            high += leftHigh * rightHigh;
            squareLow += rightLow * rightLow;
            squareHigh += rightHigh * rightHigh;
        }

        double dot = Vector.Sum(low + high), square = Vector.Sum(squareLow + squareHigh);
        for (; i < left.Length; i++)
        {
            dot += (double)left[i] * right[i];
            square += (double)right[i] * right[i];
        }

        return (dot, square);
    }

    private static double SquaredDifference(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Vector<double> low = Vector<double>.Zero, high = Vector<double>.Zero;
        int i = 0;
        for (; i <= left.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(left[i..]), out Vector<double> leftLow, out Vector<double> leftHigh);
            Vector.Widen(new Vector<float>(right[i..]), out Vector<double> rightLow, out Vector<double> rightHigh);
            leftLow -= rightLow;
            leftHigh -= rightHigh;
            low += leftLow * leftLow;
            high += leftHigh * leftHigh;
        }

        double sum = Vector.Sum(low + high);
        for (; i < left.Length; i++)
        {
            double difference = (double)left[i] - right[i];
            sum += difference * difference;
        }

        return sum;
    }
}
