using System.Globalization;
using System.Numerics;

namespace DaxProxy.Tests.Engine.Proof;

/// <summary>
/// A number of the model: coefficient times a power of ten, without trailing zeros. Exact and slow, and nothing of the product's.
/// </summary>
internal readonly record struct ModelNumber : IComparable<ModelNumber>
{
    public ModelNumber(BigInteger coefficient, int exponent = 0)
    {
        while (!coefficient.IsZero && coefficient % 10 == 0)
        {
            coefficient /= 10;
            exponent++;
        }

        Coefficient = coefficient;
        Exponent = coefficient.IsZero ? 0 : exponent;
    }

    public BigInteger Coefficient { get; }

    public int Exponent { get; }

    /// <summary>Whether DynamoDB can hold it: 38 digits, 1E-130 to 9.99E+125.</summary>
    public bool Fits => Coefficient.IsZero || (DigitsText.Length <= 38 && DigitsText.Length - 1 + Exponent is >= -130 and <= 125);

    /// <summary>Bytes, from the documented formula: pairs of digits counted from the decimal point.</summary>
    public int Size
    {
        get
        {
            if (Coefficient.IsZero)
            {
                return 1;
            }

            string digits = Exponent % 2 == 0 ? DigitsText : DigitsText + "0";
            int pairs = (digits.Length + 1) / 2;
            return 1 + pairs + (Coefficient.Sign < 0 && pairs < 20 ? 1 : 0);
        }
    }

    /// <summary>The one spelling that replies use.</summary>
    public string Plain
    {
        get
        {
            string sign = Coefficient.Sign < 0 ? "-" : "";
            if (Exponent >= 0)
            {
                return sign + DigitsText + new string('0', Exponent);
            }

            string padded = DigitsText.PadLeft(1 - Exponent, '0');
            return $"{sign}{padded[..^-Exponent]}.{padded[^-Exponent..]}";
        }
    }

    private string DigitsText => BigInteger.Abs(Coefficient).ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads plain decimal text.</summary>
    public static ModelNumber Parse(string plain)
    {
        int point = plain.IndexOf('.', StringComparison.Ordinal);
        return new(
            BigInteger.Parse(plain.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture),
            point < 0 ? 0 : point + 1 - plain.Length);
    }

    public static ModelNumber operator +(ModelNumber left, ModelNumber right)
    {
        int exponent = Math.Min(left.Exponent, right.Exponent);
        return new(left.At(exponent) + right.At(exponent), exponent);
    }

    public static ModelNumber operator -(ModelNumber left, ModelNumber right) => left + new ModelNumber(-right.Coefficient, right.Exponent);

    public int CompareTo(ModelNumber other) => (this - other).Coefficient.Sign;

    /// <summary>One of the many ways a client may write it.</summary>
    public string Spell(Random random)
    {
        string sign = Coefficient.Sign < 0 ? "-" : random.Next(4) == 0 ? "+" : "";
        string plain = Plain.TrimStart('-');
        switch (random.Next(6))
        {
            case 0:
                return sign + plain + (plain.Contains('.', StringComparison.Ordinal) ? "0" : ".0");
            case 1:
                return sign + "00" + plain;
            case 2 when !Coefficient.IsZero:
                return $"{sign}{DigitsText}0e{Exponent - 1}";
            case 3 when !Coefficient.IsZero:
                return $"{sign}0.{DigitsText}E{(random.Next(2) == 0 && Exponent + DigitsText.Length >= 0 ? "+" : "")}{Exponent + DigitsText.Length}";
            default:
                return Plain;
        }
    }

    private BigInteger At(int exponent) => Coefficient * BigInteger.Pow(10, Exponent - exponent);
}
