using DaxProxy.Core.Errors;
using DaxProxy.Core.Partiql;
using NUnit.Framework;

namespace DaxProxy.Tests.Partiql;

/// <summary>Which statements are parsed once, and that an answer does not tell.</summary>
[TestFixture]
public sealed class StatementCacheTests
{
    [Test]
    public void TryParse_TextWithParameters_IsParsedOnce()
    {
        using StatementCache cache = new();
        Statement? first = Parse(cache, "SELECT * FROM Music WHERE Artist = ?", 1);
        Assert.That(Parse(cache, "SELECT * FROM Music WHERE Artist = ?", 1), Is.SameAs(first));
    }

    [Test]
    public void TryParse_TextWithItsValues_IsNotKept()
    {
        using StatementCache cache = new();
        Statement? first = Parse(cache, "SELECT * FROM Music WHERE Artist = 'a'", 0);
        Assert.That(Parse(cache, "SELECT * FROM Music WHERE Artist = 'a'", 0), Is.Not.SameAs(first));
    }

    [Test]
    public void TryParse_KnownTextWithTooFewParameters_IsRefused()
    {
        using StatementCache cache = new();
        _ = Parse(cache, "SELECT * FROM Music WHERE Artist = ? AND Song = ?", 2);
        DynamoError? error = cache.TryParse("SELECT * FROM Music WHERE Artist = ? AND Song = ?", 1, out _);
        Assert.That(error?.Message, Is.EqualTo(PartiqlFaults.ParameterCount.Message));
    }

    [Test]
    public void TryParse_MoreTextThanMayBeKept_IsParsedAllTheSame()
    {
        using StatementCache cache = new();
        string filler = new('x', 8000);
        for (int i = 0; i < 300; i++)
        {
            Assert.That(Parse(cache, $"SELECT * FROM Music WHERE Artist = ? AND Song = '{i}{filler}'", 1), Is.Not.Null);
        }
    }

    private static Statement? Parse(StatementCache cache, string text, int parameters)
    {
        DynamoError? error = cache.TryParse(text, parameters, out Statement? statement);
        Assert.That(error, Is.Null);
        return statement;
    }
}
