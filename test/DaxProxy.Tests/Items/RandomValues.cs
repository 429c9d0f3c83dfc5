using System.Globalization;
using System.Numerics;
using System.Text;
using DaxProxy.Core.Items;
using NUnit.Framework;

namespace DaxProxy.Tests.Items;

/// <summary>Seeded random numbers, values and items; a failure is replayed by its seed.</summary>
internal sealed class RandomValues(int seed)
{
    private static readonly string[] Letters =
        ["a", "b", "\0", "\u007f", "é", "߿", "ࠀ", "퟿", "\ue000", "\uffff", "𐀀", "😀", "\U0010ffff", "\"", "\\"];

    private readonly Random random = new(seed);

    public int Below(int limit) => random.Next(limit);

    /// <summary>± coefficient · 10^exponent within range, most of them with few digits and near to one another.</summary>
    public (BigInteger Coefficient, int Exponent) Scaled()
    {
        int digits = random.Next(3) == 0 ? random.Next(1, 39) : random.Next(1, 5);
        StringBuilder text = new();
        for (int i = 0; i < digits; i++)
        {
            text.Append((char)('0' + (random.Next(4) == 0 ? 0 : random.Next(10))));
        }

        BigInteger coefficient = BigInteger.Parse(text.ToString(), CultureInfo.InvariantCulture);
        int length = coefficient.ToString(CultureInfo.InvariantCulture).Length;
        int magnitude = random.Next(3) == 0 ? random.Next(-129, 127) : random.Next(-3, 5);
        return (random.Next(2) == 0 ? coefficient : -coefficient, coefficient.IsZero ? 0 : magnitude - length);
    }

    public Number Number()
    {
        (BigInteger coefficient, int exponent) = Scaled();
        return Parse($"{coefficient}E{exponent}");
    }

    /// <summary>The same value in another way.</summary>
    public string Respell(BigInteger coefficient, int exponent)
    {
        string sign = coefficient.Sign < 0 ? "-" : random.Next(2) == 0 ? "+" : "";
        string digits = BigInteger.Abs(coefficient).ToString(CultureInfo.InvariantCulture);
        digits = new string('0', random.Next(3)) + digits;
        int zeros = coefficient.IsZero ? 0 : random.Next(4);
        digits += new string('0', zeros);
        int point = random.Next(digits.Length + 1);
        int written = exponent - zeros + digits.Length - point;
        string spelled = point == digits.Length && random.Next(2) == 0 ? digits : digits[..point] + "." + digits[point..];
        string plus = written > 0 && random.Next(2) == 0 ? "+" : "";
        return sign + spelled + (written == 0 ? "" : (random.Next(2) == 0 ? "e" : "E") + plus + written);
    }

    public string String(int maxLetters = 6) =>
        string.Concat(Enumerable.Range(0, random.Next(maxLetters + 1)).Select(_ => Letters[random.Next(Letters.Length)]));

    public byte[] Bytes(int maxLength = 6)
    {
        byte[] bytes = new byte[random.Next(maxLength + 1)];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = random.Next(2) == 0 ? (byte)(random.Next(2) * 0xff) : (byte)random.Next(256);
        }

        return bytes;
    }

    public AttributeValue Scalar(AttributeType type) => type switch
    {
        AttributeType.S => AttributeValue.FromString(String()),
        AttributeType.N => AttributeValue.FromNumber(Number()),
        _ => AttributeValue.FromBinary(Bytes()),
    };

    public AttributeValue Value(int depth = 0)
    {
        AttributeType type = (AttributeType)random.Next(depth > 4 ? 6 : 10);
        return type switch
        {
            AttributeType.S or AttributeType.N or AttributeType.B => Scalar(type),
            AttributeType.SS => Set(type, AttributeType.S),
            AttributeType.NS => Set(type, AttributeType.N),
            AttributeType.BS => Set(type, AttributeType.B),
            AttributeType.M => AttributeValue.FromMap(Map(depth + 1)),
            AttributeType.L => AttributeValue.FromList([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(depth + 1))]),
            AttributeType.NULL => AttributeValue.Null,
            _ => AttributeValue.FromBool(random.Next(2) == 0),
        };
    }

    public AttributeMap Map(int depth = 0)
    {
        AttributeMap map = [];
        for (int i = random.Next(5); i > 0; i--)
        {
            map[String()] = Value(depth);
        }

        return map;
    }

    public static Number Parse(string text)
    {
        NumberFault fault = Core.Items.Number.TryParse(text, out Number number);
        Assert.That(fault, Is.EqualTo(NumberFault.None), text);
        return number;
    }

    private AttributeValue Set(AttributeType type, AttributeType member)
    {
        AttributeValue[] members = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Scalar(member)).Distinct()];
        return AttributeValue.FromSet(type, members);
    }
}
