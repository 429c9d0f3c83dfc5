using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;
using DaxProxy.Frontends.Admin;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace DaxProxy.Tests.Frontends.Admin;

internal sealed class ShownTablesTests
{
    private readonly CatalogTable[] tables = [.. Enumerable.Range(0, 10_000).Select(Table)];

    [Test]
    public void Of_TenThousandTables_NamesThoseUsedMost()
    {
        ShownTables shown = ShownTables.Of(tables, 3, "");
        Assert.That(shown.Named.Select(table => table.Info.TableName), Is.EqualTo(new[] { "table-9999", "table-9998", "table-9997" }));
        Assert.That((shown.Known, shown.Found, shown.Others.Count), Is.EqualTo((10_000, 10_000, 9_997)));
    }

    [Test]
    public void Of_PartOfAName_NamesThoseThatHaveIt()
    {
        ShownTables shown = ShownTables.Of(tables, 100, "E-077");
        Assert.That(shown.Named.Select(table => table.Info.TableName), Is.EquivalentTo(Enumerable.Range(770, 10).Select(number => $"table-{number:D4}")));
        Assert.That((shown.Known, shown.Found), Is.EqualTo((10_000, 10)));
    }

    [TestCase("?tables=2&like=0777", 1)]
    [TestCase("?tables=0", 0)]
    [TestCase("", ShownTables.Usual)]
    [TestCase("?tables=10001", null)]
    [TestCase("?tables=-1", null)]
    [TestCase("?tables=all", null)]
    public void Of_Query_IsReadOrRefused(string query, int? named) =>
        Assert.That(
            ShownTables.Of(tables, new QueryCollection(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(query)))?.Named.Count,
            Is.EqualTo(named));

    [Test]
    public void Write_TenThousandTables_HasALimit_AndLosesNothing()
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter writer = new(output))
        {
            writer.WriteStartObject();
            TableFigures.Write(writer, ShownTables.Of(tables, ShownTables.Usual, ""));
            writer.WriteEndObject();
        }

        Assert.That(output.WrittenCount, Is.LessThan(1_000_000));
        JsonNode written = JsonNode.Parse(output.WrittenSpan)!;
        foreach (string cache in (string[])["cache", "queryCache"])
        {
            Assert.That(written[cache]!.AsObject(), Has.Count.EqualTo(ShownTables.Usual + 1), cache);
        }

        Assert.That(
            written["cache"]!.AsObject().Sum(table => (long)table.Value!["misses"]!), Is.EqualTo(tables.Sum(table => table.Counters.Read().Misses)));
        Assert.That((long)written["cache"]![ShownTables.OthersName]!["misses"]!, Is.EqualTo(Enumerable.Range(0, 9_000).Sum(UsesOf)));
    }

    private static int UsesOf(int number) => number / 100;

    private static CatalogTable Table(int number)
    {
        CatalogTable made = new(
            new TableInfo($"table-{number:D4}", $"{number}", new KeySchema("id", AttributeType.S), new Dictionary<string, IndexInfo>()),
            new TableCacheSettings(),
            new TableCounters(),
            number);
        for (int use = 0; use < UsesOf(number) + (number >= 9_997 ? number - 9_996 : 0); use++)
        {
            made.Counters.CountMiss();
        }

        return made;
    }
}
