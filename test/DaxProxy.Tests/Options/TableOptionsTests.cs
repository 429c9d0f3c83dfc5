using System.Collections;
using DaxProxy.Backends;
using DaxProxy.Core.Catalog;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Tests.Options;

/// <summary>Section Tables: how rules are read, refused, and put together for a table and its indexes.</summary>
public sealed class TableOptionsTests
{
    [Test]
    public void Build_RulesOfFileAndEnvironment_AreOneSet()
    {
        using TemporaryFile file = new("""
            { "tables": { "orders": { "timetolive": 5, "QueryTimeToLive": "00:00:07" }, "orders-*/by*": { "Enabled": false }, "Orders": {} } }
            """);
        OptionsLoader loader = new();
        loader.AddFile(file.Path);
        loader.AddEnvironment(new Hashtable
        {
            ["DAXPROXY__Tables__orders__QueryTimeToLive"] = "10",
            ["DAXPROXY__TABLES__my__odd___table___DAXCOMPATIBLE"] = "true",
        });
        ProxyOptions? options = loader.Build();
        Assert.That(loader.Faults, Is.Empty);
        Assert.That(options!.Tables, Is.EquivalentTo(new Dictionary<string, TableOptions>
        {
            ["orders"] = new() { TimeToLive = TimeSpan.FromSeconds(5), QueryTimeToLive = TimeSpan.FromSeconds(10) },
            ["orders-*/by*"] = new() { Enabled = false },
            ["my__odd___table_"] = new() { DaxCompatible = true },
        }));
    }

    [Test]
    public void Build_ManyFaultsInRules_ReportsEachWithTheRemedy()
    {
        using TemporaryFile file = new("""
            { "Tables": { "orders": { "TimeToLife": 5, "QueryTimeToLive": -1 }, "a b": { "Enabled": true }, "users": 5,
              "orders/byDate": { "TimeToLive": 5, "QueryTimeToLive": "soon", "Enabled": true } } }
            """);
        OptionsLoader loader = new();
        loader.AddFile(file.Path);
        loader.AddEnvironment(new Hashtable { ["DAXPROXY__Tables__TimeToLive"] = "5", ["DAXPROXY__Listen__orders__Port"] = "5" });
        Assert.That(loader.Build(), Is.Null);
        string path = file.Path + ": Tables:";
        Assert.That(loader.Faults, Is.EquivalentTo(new[]
        {
            path + "orders:TimeToLife: no such option, remove it or use one of Enabled, CacheItems, TimeToLive, NegativeTimeToLive, "
                + "QueryTimeToLive, ServeStale, DaxCompatible, FollowStream, MaxStreamLag, GroupMode, Throughput",
            path + "orders:QueryTimeToLive: '-1' is no duration, use hh:mm:ss or seconds",
            path + "a b:Enabled: 'a b' names no table, use letters, digits, '_', '-', '.' and '*', with '/' before the name of an index",
            path + "users is a table, write an object with its options",
            path + "orders/byDate:TimeToLive: an index has no TimeToLive, set it for orders, or use Enabled, QueryTimeToLive or ServeStale",
            path + "orders/byDate:QueryTimeToLive: 'soon' is no duration, use hh:mm:ss or seconds",
            "DAXPROXY__Tables__TimeToLive: names no table, write it between Tables and the option",
            "DAXPROXY__Listen__orders__Port: no such option, remove it or use one of "
                + string.Join(", ", OptionKey.All.Where(key => key.Section == "Listen").Select(key => key.Name)),
        }));
    }

    [TestCase("Tables:orders:TimeToLive", "366.00:00:00")]
    [TestCase("Tables:orders:MaxStreamLag", "0.4")]
    [TestCase("Auditor:SampleRate", "1.1")]
    [TestCase("Auditor:MaxUnitsPerSecond", "0")]
    [TestCase("ItemCache:Jitter", "0.51")]
    [TestCase("ItemCache:EarlyRefresh", "-0.1")]
    [TestCase("QueryCache:Jitter", "1")]
    [TestCase("QueryCache:EarlyRefresh", "NaN")]
    [TestCase("ItemCache:ServeStale", "-1")]
    [TestCase("Tables:orders/byDate:ServeStale", "366.00:00:00")]
    public void Build_ValueOutOfRange_IsOneFault(string path, string text)
    {
        OptionsLoader loader = new();
        loader.AddArgument(path, text, path);
        Assert.That(loader.Build(), Is.Null);
        Assert.That(loader.Faults.Single(), Does.StartWith($"{path}: '{text}'"));
    }

    [Test]
    public void Settings_WithoutRules_AreThoseOfTheSections()
    {
        Assert.That(Of("orders"), Is.EqualTo(new TableCacheSettings()));
        Assert.That(
            Of("orders", ("ItemCache:Enabled", "false"), ("QueryCache:DaxCompatible", "true"), ("QueryCache:TimeToLive", "9")),
            Is.EqualTo(new TableCacheSettings { CachesItems = false, DaxCompatible = true, QueryTimeToLive = TimeSpan.FromSeconds(9) }));
    }

    [Test]
    public void Settings_OfManyRules_FollowTheMostSpecific_MemberByMember()
    {
        (string, string)[] rules =
        [
            ("Tables:*:TimeToLive", "1"), ("Tables:*:NegativeTimeToLive", "1"), ("Tables:*:QueryTimeToLive", "1"),
            ("Tables:orders-*:NegativeTimeToLive", "2"), ("Tables:orders-*:QueryTimeToLive", "2"),
            ("Tables:orders-*:DaxCompatible", "true"),
            ("Tables:orders-eu-*:QueryTimeToLive", "3"), ("Tables:orders-eu-*:CacheItems", "false"),
            ("Tables:orders-eu-1:QueryTimeToLive", "4"), ("Tables:orders-eu-1:DaxCompatible", "false"),
        ];
        (double, double, double, bool, bool) LivesOf(string table)
        {
            TableCacheSettings settings = Of(table, rules);
            return (settings.TimeToLive.TotalSeconds, settings.NegativeTimeToLive.TotalSeconds, settings.QueryTimeToLive.TotalSeconds,
                settings.DaxCompatible, settings.CachesItems);
        }

        Assert.That(LivesOf("users"), Is.EqualTo((1.0, 1.0, 1.0, false, true)));
        Assert.That(LivesOf("orders-us"), Is.EqualTo((1.0, 2.0, 2.0, true, true)));
        Assert.That(LivesOf("orders-eu-2"), Is.EqualTo((1.0, 2.0, 3.0, true, false)));
        Assert.That(LivesOf("orders-eu-1"), Is.EqualTo((1.0, 2.0, 4.0, false, false)));
        Assert.That(LivesOf("Orders-eu-1"), Is.EqualTo((1.0, 1.0, 1.0, false, true)), "names are told apart by case");
    }

    [Test]
    public void Settings_OfIndexes_FollowTheMostSpecificRule_AndAtLastTheTable()
    {
        TableCacheSettings settings = Of(
            "orders",
            ("Tables:orders:QueryTimeToLive", "1"), ("Tables:orders/by*:QueryTimeToLive", "2"),
            ("Tables:orders/byDate:QueryTimeToLive", "3"),
            ("Tables:orders/byColour:Enabled", "false"), ("Tables:*/byDate:QueryTimeToLive", "4"), ("Tables:*/byDate:Enabled", "true"),
            ("Tables:users/other:Enabled", "false"));
        IEnumerable<double> lives = ((string?[])[null, "other", "byName", "byDate", "byColour"]).Select(
            index => settings.QueryTimeToLiveOf(index).TotalSeconds);
        Assert.That(lives, Is.EqualTo(new[] { 1.0, 1, 2, 3, 0 }));
    }

    [Test]
    public void Settings_ServeStale_IsOfBothCachesInARule_AndOfEachInItsSection()
    {
        TableCacheSettings settings = Of(
            "orders", ("ItemCache:ServeStale", "1"), ("QueryCache:ServeStale", "2"), ("Tables:orders/byDate:ServeStale", "3"));
        Assert.That(
            (settings.ItemGrace, settings.PageGraceOf(null), settings.PageGraceOf("other"), settings.PageGraceOf("byDate")), Is.EqualTo(
                (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3))));
        settings = Of("orders", ("ItemCache:ServeStale", "1"), ("Tables:*:ServeStale", "4"), ("Tables:orders/byDate:ServeStale", "0"));
        Assert.That(
            (settings.ItemGrace, settings.PageGraceOf(null), settings.PageGraceOf("byDate")),
            Is.EqualTo((TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(4), TimeSpan.Zero)));
        settings = Of("orders", ("Tables:*:ServeStale", "4"), ("Tables:*:DaxCompatible", "true"));
        Assert.That((settings.ItemGrace, settings.PageGraceOf(null)), Is.EqualTo((TimeSpan.Zero, TimeSpan.Zero)), "DAX does not");
    }

    [Test]
    public void Settings_TableSwitchedOff_AreOffForItsIndexesToo()
    {
        TableCacheSettings settings = Of("orders", ("Tables:*:Enabled", "false"), ("Tables:orders/byDate:QueryTimeToLive", "3"));
        Assert.That((settings.CachesAnything, settings.QueryTimeToLiveOf("byDate")), Is.EqualTo((false, TimeSpan.Zero)));
        Assert.That(Of("orders", ("Tables:*:Enabled", "false"), ("Tables:orders:Enabled", "true")).CachesAnything, Is.True);
    }

    [Test]
    public void Settings_OfIndexesOnly_MakeWritesMatter()
    {
        TableCacheSettings settings = Of(
            "orders", ("Tables:orders:CacheItems", "false"), ("Tables:orders:QueryTimeToLive", "0"),
            ("Tables:orders/new:QueryTimeToLive", "3"));
        Assert.That((settings.CachesAnything, settings.QueryTimeToLiveOf("old")), Is.EqualTo((true, TimeSpan.Zero)));
    }

    [Test]
    public void Settings_QueryCacheSwitchedOff_NoRuleSwitchesItOn()
    {
        TableCacheSettings settings = Of(
            "orders", ("QueryCache:Enabled", "false"), ("Tables:orders:QueryTimeToLive", "3"),
            ("Tables:orders/byDate:QueryTimeToLive", "3"));
        Assert.That((settings.QueryTimeToLiveOf(null), settings.QueryTimeToLiveOf("byDate")), Is.EqualTo((TimeSpan.Zero, TimeSpan.Zero)));
    }

    private static TableCacheSettings Of(string table, params (string Path, string Text)[] options)
    {
        OptionsLoader loader = new();
        foreach ((string path, string text) in options)
        {
            loader.AddArgument(path, text, path);
        }

        ProxyOptions? built = loader.Build();
        Assert.That(loader.Faults, Is.Empty);
        return new TableSettings(built!).Of(table);
    }

    [TestCase("MaxStreamLag", "2.4", "Tables:orders:MaxStreamLag")]
    [TestCase("DaxCompatible", "true", "Tables:orders:FollowStream")]
    public void Build_AFollowedTableThatCouldNotKeepItsLag_IsOneFault(string option, string text, string fault)
    {
        OptionsLoader loader = new(_ => "eu-north-1");
        loader.AddArgument("Backend:Kind", "dynamodb", "--backend");
        loader.AddArgument("Tables:orders:FollowStream", "true", "");
        loader.AddArgument($"Tables:orders:{option}", text, "");
        Assert.That(loader.Build(), Is.Null);
        Assert.That(loader.Faults, Has.Count.EqualTo(1));
        Assert.That(loader.Faults[0], Does.StartWith(fault));
    }

    [Test]
    public void Build_AnAuditorWithoutACache_IsOneFault()
    {
        OptionsLoader loader = new();
        loader.AddArgument("ItemCache:Enabled", "false", "");
        loader.AddArgument("QueryCache:Enabled", "false", "");
        loader.AddArgument("Auditor:SampleRate", "0.5", "");
        Assert.That(loader.Build(), Is.Null);
        Assert.That(loader.Faults.Single(), Does.StartWith("Auditor:SampleRate"));
    }

    [Test]
    public void Of_ATableThatIsFollowed_HasALagAndIsNotDaxCompatible()
    {
        TableSettings settings = new(new ProxyOptions
        {
            Tables = new Dictionary<string, TableOptions>
            {
                ["*"] = new() { DaxCompatible = true, MaxStreamLag = TimeSpan.FromSeconds(7) },
                ["orders-*"] = new() { FollowStream = true },
            },
        });
        TableCacheSettings followed = settings.Of("orders-1"), other = settings.Of("users");
        Assert.That((followed.MaxStreamLag, followed.DaxCompatible), Is.EqualTo(((TimeSpan?)TimeSpan.FromSeconds(7), false)));
        Assert.That((other.MaxStreamLag, other.DaxCompatible), Is.EqualTo(((TimeSpan?)null, true)));
    }

    [Test]
    public void GroupMode_OfARule_IsThatOfItsTables_AndWithDaxCompatibleNoReadWaits()
    {
        ProxyOptions options = new()
        {
            Group = new GroupOptions { Redis = "localhost", Mode = GroupMode.Bounded },
            Tables = new Dictionary<string, TableOptions>
            {
                ["log-*"] = new() { GroupMode = GroupMode.Validated },
                ["log-dax"] = new() { DaxCompatible = true },
            },
        };
        TableSettings settings = new(options), alone = new(options with { Group = new GroupOptions() });

        Assert.That(
            new[] { "log-1", "log-dax", "orders" }.Select(settings.ModeOf),
            Is.EqualTo(new[] { GroupMode.Validated, GroupMode.Strict, GroupMode.Bounded }));
        Assert.That(
            new[] { "log-1", "log-dax", "orders" }.Select(table => settings.Of(table).IsValidated),
            Is.EqualTo(new[] { true, false, false }));
        Assert.That(alone.Of("log-1").IsValidated, Is.False, "there are no others to hear");
    }
}
