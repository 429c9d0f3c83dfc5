using DaxProxy.Core.Caching.Queries;
using NUnit.Framework;

namespace DaxProxy.Tests.Caching.Queries;

[TestFixture]
public sealed class ScopeFencesTests
{
    [Test]
    public void Fences_OfManyTablesAndIndexes_AreTheirOwn()
    {
        ScopeFences fences = new(Make);
        HashSet<PageFences> seen = [];
        foreach ((string table, string? index) in Names(40))
        {
            ScopeFences.Scope scope = fences.Of(table, index);
            Assert.That(seen.Add(scope.Unplaced) && seen.Add(scope.AnyWrite), $"{table} {index}");
            Assert.That(fences.Of(table, index), Is.SameAs(scope));
        }
    }

    [Test]
    public void Fences_WhenAllAreGivenAway_AreSharedByThoseWhoComeLater_ForGood()
    {
        ScopeFences fences = new(Make, most: 10);
        List<ScopeFences.Scope> first = [.. Names(40).Select(name => fences.Of(name.Table, name.Index))];
        Assert.That(first.Take(10).Distinct().Count(), Is.EqualTo(10));
        Assert.That(first.Skip(10).Intersect(first.Take(10)), Is.Empty);
        Assert.That(Names(40).Select(name => fences.Of(name.Table, name.Index)), Is.EqualTo(first));
    }

    private static PageFences Make() => new(1, 4, 7, 0, TimeProvider.System);

    private static IEnumerable<(string Table, string? Index)> Names(int tables) =>
        Enumerable.Range(0, tables).SelectMany(table => new[] { null, "a", "b", "c" }.Select(index => ($"T{table}", index)));
}
