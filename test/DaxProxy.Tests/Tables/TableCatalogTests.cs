using DaxProxy.Core.Catalog;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Tables;

[TestFixture]
public sealed class TableCatalogTests
{
    private readonly KeySchema schema = new("k", AttributeType.S);

    [Test]
    public async Task GetAsync_ConcurrentFirstUses_ShareOneDescription()
    {
        (TableCatalog catalog, ScriptedBackend backend, _) = Make();
        backend.Holds = _ => true;
        Task<CatalogTable?> first = catalog.GetAsync("T", default).AsTask(), second = catalog.GetAsync("T", default).AsTask();
        backend.Held.Single().Release();
        Assert.That(await first, Is.Not.Null.And.SameAs(await second));
        Assert.That(catalog.TryGet("T"u8, out CatalogTable? table) && table == await first);
    }

    [Test]
    public async Task GetAsync_ForgottenMeanwhile_InstallsNothing([Values] bool all)
    {
        (TableCatalog catalog, ScriptedBackend backend, ManualTime time) = Make();
        backend.Holds = _ => true;
        Task<CatalogTable?> learning = catalog.GetAsync("T", default).AsTask();
        if (all)
        {
            catalog.SuspendAll(TimeSpan.FromSeconds(2));
        }
        else
        {
            catalog.Forget("T");
        }

        backend.Held.Single().Release();
        Assert.That(await learning, Is.Null);
        Assert.That(catalog.TryGet("T", out _), Is.False);
        backend.Holds = _ => false;
        time.Advance(2);
        Assert.That(await catalog.GetAsync("T", default), Is.Not.Null);
    }

    [TestCase("ACTIVE", true)]
    [TestCase("UPDATING", true)]
    [TestCase("CREATING", false)]
    [TestCase("DELETING", false)]
    public async Task GetAsync_OnlyAUsableTable_IsKnown(string status, bool known)
    {
        (TableCatalog catalog, ScriptedBackend backend, _) = Make();
        backend.AddTable("T", schema, status: status);
        Assert.That(await catalog.GetAsync("T", default) is not null, Is.EqualTo(known));
    }

    [Test]
    public async Task GetAsync_OfNoTable_AsksOnceASecond_OrAfterForget()
    {
        (TableCatalog catalog, ScriptedBackend backend, ManualTime time) = Make();
        for (int i = 0; i < 3; i++)
        {
            Assert.That(await catalog.GetAsync("none", default), Is.Null);
        }

        Assert.That(backend.Calls, Has.Count.EqualTo(1));
        backend.AddTable("none", schema);
        catalog.Forget("none");
        Assert.That(await catalog.GetAsync("none", default), Is.Not.Null);
        catalog.Suspend("none", TimeSpan.FromSeconds(2));
        catalog.Forget("none");
        Assert.That(await catalog.GetAsync("none", default), Is.Null);
        time.Advance(2);
        Assert.That(await catalog.GetAsync("none", default), Is.Not.Null);
    }

    [Test]
    public async Task GetAsync_DescriptionFails_IsNullAndAsksAgain()
    {
        (TableCatalog catalog, ScriptedBackend backend, _) = Make();
        backend.Holds = _ => true;
        Task<CatalogTable?> learning = catalog.GetAsync("T", default).AsTask();
        backend.Held.Single().Break();
        Assert.That(await learning, Is.Null);
        backend.Holds = _ => false;
        Assert.That(await catalog.GetAsync("T", default), Is.Not.Null);
    }

    [Test]
    public async Task Renew_GivesAFreshPrefix_AndKeepsTheRest()
    {
        (TableCatalog catalog, _, _) = Make();
        CatalogTable old = (await catalog.GetAsync("T", default))!;
        Assert.That(catalog.Renew("T") && !catalog.Renew("none"));
        catalog.RenewAll();
        Assert.That(catalog.TryGet("T", out CatalogTable? renewed));
        Assert.That(PrefixOf(renewed!), Is.Not.EqualTo(PrefixOf(old)));
        Assert.That((renewed!.IsRetired, old.IsRetired), Is.EqualTo((false, true)));
        Assert.That((renewed.Info, renewed.Counters), Is.EqualTo((old.Info, old.Counters)));
    }

    [TestCase("T", "T")]
    [TestCase("arn:aws:dynamodb:eu-west-1:1:table/T", "T")]
    [TestCase("arn:aws:dynamodb:eu-west-1:1:table/T/index/i", "T")]
    public void PlainName_OfAnArn_IsTheTables(string name, string expected) =>
        Assert.That(TableCatalog.PlainName(name), Is.EqualTo(expected));

    [Test]
    public async Task GetAsync_OfAnOldDescription_AsksAgainOnce_AndKeepsTheTableWhereNothingChanged()
    {
        (_, ScriptedBackend backend, ManualTime time) = Make();
        TableCatalog catalog = new(backend, time, _ => new TableCacheSettings(), TimeSpan.FromMinutes(1));
        CatalogTable? table = await catalog.GetAsync("T", default);
        time.Advance(59);
        await catalog.GetAsync("T", default);
        Assert.That(backend.CallsOf<DescribeTable>(), Is.EqualTo(1));
        time.Advance(1);
        Assert.That(await catalog.GetAsync("T", default), Is.SameAs(table));
        Assert.That(await catalog.GetAsync("T", default), Is.SameAs(table));
        Assert.That(backend.CallsOf<DescribeTable>(), Is.EqualTo(2));
    }

    [TestCase("another table of the name")]
    [TestCase("another key")]
    [TestCase("being deleted")]
    [TestCase("gone")]
    public async Task GetAsync_OfAnOldDescriptionThatIsNoLongerTrue_ForgetsTheTable(string change)
    {
        (_, ScriptedBackend backend, ManualTime time) = Make();
        TableCatalog catalog = new(backend, time, _ => new TableCacheSettings(), TimeSpan.FromMinutes(1));
        CatalogTable table = (await catalog.GetAsync("T", default))!;
        time.Advance(60);
        switch (change)
        {
            case "another table of the name":
                backend.AddTable("T", schema, id: "2");
                break;
            case "another key":
                backend.AddTable("T", new KeySchema("k", AttributeType.N));
                break;
            case "being deleted":
                backend.AddTable("T", schema, status: "DELETING");
                break;
            default:
                backend.DropTable("T");
                break;
        }

        Assert.That(await catalog.GetAsync("T", default), Is.SameAs(table), "no caller waits for the question");
        Assert.That(table.IsRetired && !catalog.TryGet("T", out _));
    }

    [Test]
    public async Task GetAsync_WhileTheBackendIsAway_GoesOnWithWhatIsKnown()
    {
        (_, ScriptedBackend backend, ManualTime time) = Make();
        TableCatalog catalog = new(backend, time, _ => new TableCacheSettings(), TimeSpan.FromMinutes(1));
        CatalogTable? table = await catalog.GetAsync("T", default);
        time.Advance(60);
        backend.Instead = _ => new ErrorReply(TransportFaults.InternalServerError);
        await catalog.GetAsync("T", default);
        Assert.That(await catalog.GetAsync("T", default), Is.SameAs(table));
    }

    private (TableCatalog Catalog, ScriptedBackend Backend, ManualTime Time) Make()
    {
        ScriptedBackend backend = new();
        backend.AddTable("T", schema);
        ManualTime time = new();
        return (new TableCatalog(backend, time, _ => new TableCacheSettings()), backend, time);
    }

    private static byte[] PrefixOf(CatalogTable table)
    {
        byte[] prefix = new byte[CatalogTable.PrefixBytes];
        table.WritePrefix(prefix);
        return prefix;
    }
}
