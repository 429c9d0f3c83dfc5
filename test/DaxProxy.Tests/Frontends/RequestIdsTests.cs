using DaxProxy.Frontends;
using NUnit.Framework;

namespace DaxProxy.Tests.Frontends;

public sealed class RequestIdsTests
{
    [Test]
    public void Next_ManyTimes_IsWellFormedAndNeverTheSame()
    {
        RequestIds ids = new(42);
        HashSet<string> seen = [];
        for (int i = 0; i < 100_000; i++)
        {
            Assert.That(seen.Add(ids.Next()), Is.True);
        }

        Assert.That(seen.First(), Does.Match("^[0-9A-Z]{52}$"));
        Assert.That(seen.First(), Does.EndWith("VV4KQNSO5AEMVJF66Q9ASUAAJG"));
        Assert.That(new RequestIds(43).Next()[13..26], Is.Not.EqualTo(new RequestIds(42).Next()[13..26]));
    }
}
