using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Tests.Options;

internal sealed class UnitPricesTests
{
    [Test]
    public void Of_KnownRegion_AreItsOwn() => Assert.That(
        (UnitPrices.Of("eu-central-1").ReadRequestUnits, UnitPrices.Of("eu-central-1").WriteRequestUnits, UnitPrices.Of("eu-west-1").ReadCapacityUnits),
        Is.EqualTo((0.1525, 0.7625, 0.000147)));

    [Test]
    public void Of_OtherRegion_AreTheUsualOnes_AndSaySo() =>
        Assert.That(UnitPrices.Of("moon-north-1"), Is.EqualTo(new UnitPrices("us-east-1", 0.125, 0.625, 0.00013)));

    /// <summary>What is computed where it is not known is near what is known where it is.</summary>
    [Test]
    public void Of_Capacity_IsInTheSameRatioEverywhere() => Assert.That(
        UnitPrices.Regions.Select(region => UnitPrices.Of(region)).Select(prices => prices.ReadCapacityUnits / prices.ReadRequestUnits),
        Has.All.EqualTo(0.00104).Within(0.2).Percent);

    [Test]
    public void In_Options_GoBeforeTheList()
    {
        PricesOptions options = new() { ReadRequestUnits = 0.1 };
        Assert.That(options.In("eu-west-1"), Is.EqualTo(new UnitPrices("eu-west-1", 0.1, 0.705, 0.000147)));
        Assert.That(new PricesOptions().In("eu-west-1"), Is.EqualTo(UnitPrices.Of("eu-west-1")));
    }

    /// <summary>The page is what users check their bill against.</summary>
    [Test]
    public void Page_NamesEachRegionWithItsPrices()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations", "monitoring.md"));
        string[] rows =
        [
            .. page.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)
                && line.Split('|') is [_, _, var date, _, _, _, _]
                && date.Contains("2026")),
        ];
        Assert.That(
            rows.Select(row => row.Split('|')[1..5].Select(cell => cell.Trim(' ', '`')).ToArray()).Select(cells => $"{cells[0]} {cells[2]} {cells[3]}"),
            Is.EquivalentTo(UnitPrices.Regions.Select(region => FormattableString.Invariant(
                $"{region} {UnitPrices.Of(region).ReadRequestUnits} {UnitPrices.Of(region).WriteRequestUnits}"))));
    }
}
