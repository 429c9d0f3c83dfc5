using System.Globalization;
using DaxProxy.Auth;
using NUnit.Framework;

namespace DaxProxy.Tests.Auth;

[TestFixture]
public sealed class SignatureTimeTests
{
    private static readonly DateTimeOffset Now = new(2024, 2, 29, 23, 59, 30, TimeSpan.Zero);

    [Test]
    public void Check_ATimestampChangedAtRandom_IsReadAsTheFrameworkReadsIt()
    {
        const string Characters = "0123456789TZ:- \0٣";
        Random random = new(7);
        for (int round = 0; round < 200_000; round++)
        {
            char[] text = SignatureV4.Timestamp(Now.AddSeconds(random.Next(-2000, 2000))).ToCharArray();
            for (int change = random.Next(3); change > 0; change--)
            {
                text[random.Next(text.Length)] = Characters[random.Next(Characters.Length)];
            }

            string timestamp = new(text[..(text.Length - (random.Next(20) == 0 ? 1 : 0))]);
            bool isTime = DateTime.TryParseExact(
                timestamp, SignatureTime.Format, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime signed);
            bool isNow = isTime && (Now.UtcDateTime - signed).Duration() <= SignatureTime.Tolerance;
            string? type = SignatureTime.Check(timestamp, Now)?.Message;
            Assert.That(
                (type is null, type?.Contains("must be in ISO-8601", StringComparison.Ordinal) ?? false), Is.EqualTo((isNow, !isTime)),
                timestamp);
        }
    }

    [TestCase("20240229T235930Z", true)]
    [TestCase("20240230T235930Z", false)]
    [TestCase("20240229T245930Z", false)]
    [TestCase("20240229T235960Z", false)]
    [TestCase("20240229t235930Z", false)]
    [TestCase("20240229T235930", false)]
    [TestCase("00000229T235930Z", false)]
    [TestCase("", false)]
    public void Check_ATimestamp_IsOneOrIsNot(string timestamp, bool isOne) =>
        Assert.That(SignatureTime.Check(timestamp, Now) is null, Is.EqualTo(isOne));
}
