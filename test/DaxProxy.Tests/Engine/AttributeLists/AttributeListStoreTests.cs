using System.Globalization;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Engine.AttributeLists;
using DaxProxy.Engine.Storage.Files;
using Microsoft.Data.Sqlite;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.AttributeLists;

[Parallelizable(ParallelScope.All)]
public sealed class AttributeListStoreTests
{
    private static int IdOf(AttributeListStore store, string[] names) =>
        store.IdOfAsync(new AttributeNames(names), default).AsTask().GetAwaiter().GetResult();

    private static AttributeNames? NamesOf(AttributeListStore store, int id) =>
        store.FindAsync(id, default).AsTask().GetAwaiter().GetResult();

    private static bool TryKeep(AttributeListStore store, int id, string[] names) =>
        store.TryKeepAsync(id, new AttributeNames(names), default).AsTask().GetAwaiter().GetResult();

    private static string NewFolder() => Directory.CreateTempSubdirectory("daxproxy-lists-").FullName;

    [Test]
    public void IdOf_SameNames_GivesTheSameNumberAndTheNamesBack()
    {
        using AttributeListStore store = AttributeListStore.Open(null);

        int id = IdOf(store, ["a", "n"]);

        Assert.That(id, Is.GreaterThan(AttributeNames.EmptyId));
        Assert.That(IdOf(store, ["a", "n"]), Is.EqualTo(id));
        Assert.That(NamesOf(store, id), Is.EqualTo(["a", "n"]));
    }

    [Test]
    public void IdOf_OtherOrderOrOtherBoundaries_IsAnotherList()
    {
        using AttributeListStore store = AttributeListStore.Open(null);

        int[] ids = [IdOf(store, ["a", "bc"]), IdOf(store, ["bc", "a"]), IdOf(store, ["ab", "c"]), IdOf(store, ["abc"]), IdOf(
            store, ["a", "b", "c"])];

        Assert.That(ids, Is.Unique);
    }

    [Test]
    public void IdOf_NoNames_IsTheNumberThatClientsKnow()
    {
        using AttributeListStore store = AttributeListStore.Open(null);

        Assert.That(IdOf(store, []), Is.EqualTo(1));
        Assert.That(NamesOf(store, 1), Is.Empty);
    }

    [Test]
    public void NamesOf_NumberNeverGiven_IsNull()
    {
        using AttributeListStore store = AttributeListStore.Open(null);

        Assert.That(NamesOf(store, 0), Is.Null);
        Assert.That(NamesOf(store, -7), Is.Null);
        Assert.That(NamesOf(store, 123_456), Is.Null);
    }

    [Test]
    public void Open_AfterARestart_KnowsEveryList()
    {
        string folder = NewFolder();
        int id;
        using (AttributeListStore before = AttributeListStore.Open(folder))
        {
            id = IdOf(before, ["x", "ä", ""]);
        }

        using AttributeListStore after = AttributeListStore.Open(folder);

        Assert.That(NamesOf(after, id), Is.EqualTo(["x", "ä", ""]));
    }

    [Test]
    public void Open_AfterTheFileWasLost_GivesTheSameNumbers()
    {
        using AttributeListStore lost = AttributeListStore.Open(NewFolder());
        using AttributeListStore fresh = AttributeListStore.Open(NewFolder());

        Assert.That(IdOf(fresh, ["b", "a"]), Is.EqualTo(IdOf(lost, ["b", "a"])));
    }

    [Test]
    public void IdOf_NumberTakenByAnotherList_GivesTheNextFreeOne()
    {
        string folder = NewFolder();
        int taken;
        using (AttributeListStore other = AttributeListStore.Open(null))
        {
            taken = IdOf(other, ["mine"]);
        }

        using (AttributeListStore.Open(folder))
        {
        }

        using (SqliteConnection file = new($"Data Source={Path.Combine(folder, "attribute-lists.db")};Pooling=false"))
        {
            file.Open();
            using SqliteCommand insert = file.CreateCommand();
            insert.CommandText = "INSERT INTO lists (id, names) VALUES ($id, x'0100000078')";
            insert.Parameters.AddWithValue("$id", taken);
            insert.ExecuteNonQuery();
        }

        using AttributeListStore store = AttributeListStore.Open(folder);

        Assert.That(IdOf(store, ["mine"]), Is.EqualTo(taken + 1));
        Assert.That(NamesOf(store, taken), Is.EqualTo(["x"]));
        Assert.That(NamesOf(store, taken + 1), Is.EqualTo(["mine"]));
    }

    [Test]
    public void TryKeep_ListOfAnotherStore_IsKnownFromThenOnUnderItsNumber()
    {
        string folder = NewFolder();
        int id;
        using (AttributeListStore other = AttributeListStore.Open(null))
        {
            id = IdOf(other, ["a", "b"]);
        }

        using (AttributeListStore store = AttributeListStore.Open(folder))
        {
            Assert.That(TryKeep(store, id, ["a", "b"]), Is.True);
            Assert.That(TryKeep(store, id, ["a", "b"]), Is.True, "and again");
            Assert.That(NamesOf(store, id), Is.EqualTo(["a", "b"]));
            Assert.That(IdOf(store, ["a", "b"]), Is.EqualTo(id));
        }

        using AttributeListStore after = AttributeListStore.Open(folder);
        Assert.That(NamesOf(after, id), Is.EqualTo(["a", "b"]));
    }

    [Test]
    public void TryKeep_NumberThatTheNamesDoNotLeadTo_IsRefused()
    {
        using AttributeListStore other = AttributeListStore.Open(null);
        using AttributeListStore store = AttributeListStore.Open(null);
        int id = IdOf(other, ["a", "b"]);

        Assert.That(TryKeep(store, id, ["b", "a"]), Is.False);
        Assert.That(TryKeep(store, id - 1, ["a", "b"]), Is.False, "numbers go up");
        Assert.That(TryKeep(store, id + 17, ["a", "b"]), Is.False, "further than any collision");
        Assert.That(TryKeep(store, AttributeNames.EmptyId, ["a", "b"]), Is.False);
        Assert.That(TryKeep(store, id, []), Is.False);
        Assert.That(NamesOf(store, id), Is.Null);
        Assert.That(TryKeep(store, id + 16, ["a", "b"]), Is.True, "as far as collisions reach");
    }

    [Test]
    public void TryKeep_NumberThatMeansAnotherListHere_IsRefusedAndTheNumberKeepsItsMeaning()
    {
        (string[] near, string[] taken) = TwoNeighbours();
        using AttributeListStore store = AttributeListStore.Open(null);
        int id = IdOf(store, taken);

        Assert.That(TryKeep(store, id, near), Is.False);
        Assert.That(NamesOf(store, id), Is.EqualTo(taken));
    }

    [Test]
    public void IdOf_NumberTakenByAListOfAnotherStore_GivesTheNextFreeOne()
    {
        (string[] near, string[] late) = TwoNeighbours();
        using AttributeListStore store = AttributeListStore.Open(null), other = AttributeListStore.Open(null);
        int id = IdOf(other, late);

        Assert.That(TryKeep(store, id, near), Is.True);

        Assert.That(IdOf(store, late), Is.EqualTo(id + 1));
        Assert.That(NamesOf(store, id), Is.EqualTo(near));
    }

    /// <summary>Two lists whose numbers are near: the second one's is the first one's or a few more.</summary>
    private static (string[] Low, string[] High) TwoNeighbours()
    {
        using AttributeListStore store = AttributeListStore.Open(null);
        (int Id, string Name)[] lists =
            [.. Enumerable.Range(0, 50_000).Select(list => $"n{list}").Select(name => (IdOf(store, [name]), name)).Order()];
        int at = Enumerable.Range(1, lists.Length - 1).First(index => lists[index].Id - lists[index - 1].Id is > 0 and <= 16);
        return ([lists[at - 1].Name], [lists[at].Name]);
    }

    [Test]
    public void IdOf_FromManyThreadsAndTwoStores_AgreesOnEveryNumber()
    {
        string folder = NewFolder();
        using AttributeListStore first = AttributeListStore.Open(folder);
        using AttributeListStore second = AttributeListStore.Open(folder);
        int[][] ids = [.. Enumerable.Range(0, 4).Select(_ => new int[200])];

        Parallel.For(0, ids.Length, worker =>
        {
            for (int list = 0; list < ids[worker].Length; list++)
            {
                ids[worker][list] = IdOf(worker % 2 == 0 ? first : second, [list.ToString(CultureInfo.InvariantCulture)]);
            }
        });

        Assert.That(ids, Is.All.EqualTo(ids[0]));
        Assert.That(ids[0], Is.Unique);
    }

    [Test]
    public void IdOf_NamesLongerThanAnyItem_IsRefused()
    {
        using AttributeListStore store = AttributeListStore.Open(null);

        Assert.That(() => IdOf(store, [new string('x', AttributeNames.MaxBytes + 1)]), Throws.ArgumentException);
    }

    [Test]
    [NonParallelizable]
    public void IdOf_ManyLists_TakesNoMoreMemoryThanFew()
    {
        using AttributeListStore store = AttributeListStore.Open(NewFolder());
        Define(0, 1_000);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        Define(1_000, 20_000);

        // Each list has a name of 4 KB: the lists alone would be 80 MB.
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(40L << 20));

        void Define(int from, int to)
        {
            for (int list = from; list < to; list++)
            {
                IdOf(store, [new string('x', 2_000), $"at-{list}"]);
            }
        }
    }

    [Test]
    public void Open_FolderThatCannotBeMade_SaysWhatToDoInOneLine()
    {
        string file = Path.Combine(NewFolder(), "file");
        File.WriteAllText(file, "");

        StorageException? fault = Assert.Throws<StorageException>(() => AttributeListStore.Open(file));

        Assert.That(fault!.Message, Does.Contain("Backend:DataFolder").And.Contain("Dax:Enabled").And.Not.Contain("\n"));
    }

    [Test]
    public void IdOf_InAGroup_IsTheNumberThatOthersAgreedOn_AndTheirListsAreFound()
    {
        Agreed agreed = new();
        using AttributeListStore alone = AttributeListStore.Open(null), first = AttributeListStore.Open(null, agreed),
            second = AttributeListStore.Open(null, agreed);
        int natural = IdOf(alone, ["a"]);
        agreed.Lists[natural] = new AttributeNames(["other"]);

        Assert.That(IdOf(first, ["a"]), Is.EqualTo(natural + 1));
        Assert.That(IdOf(second, ["a"]), Is.EqualTo(natural + 1));
        Assert.That(NamesOf(second, IdOf(first, ["b", "c"])), Is.EqualTo(["b", "c"]));
        Assert.That(NamesOf(second, natural), Is.Null, "a number that no such list would be given is not believed");
    }

    [Test]
    public void IdOf_InAGroupThatCannotBeAsked_FollowsFromTheNames_AndIsNotGivenAgainIfItCameToMeanTwo()
    {
        Agreed agreed = new() { IsGone = true };
        using AttributeListStore alone = AttributeListStore.Open(null), store = AttributeListStore.Open(null, agreed);
        int natural = IdOf(alone, ["a"]);

        Assert.That((IdOf(store, ["a"]), NamesOf(store, natural + 7)), Is.EqualTo((natural, (AttributeNames?)null)));
        agreed.IsGone = false;
        agreed.Lists[natural] = new AttributeNames(["other"]);
        Assert.That(IdOf(store, ["a"]), Is.EqualTo(natural + 1));
        Assert.That(
            (NamesOf(store, natural), NamesOf(store, natural + 1)), Is.EqualTo((new AttributeNames(["a"]), new AttributeNames(["a"]))));
    }

    /// <summary>What the nodes of a group have agreed on.</summary>
    private sealed class Agreed : ISharedLists
    {
        public Dictionary<int, AttributeNames> Lists { get; } = [];

        public bool IsGone { get; set; }

        public ValueTask<AttributeNames?> ClaimAsync(int id, AttributeNames names) => new(
            IsGone ? null : Lists.TryAdd(id, names) ? names : Lists[id]);

        public ValueTask<AttributeNames?> FindAsync(int id) => new(IsGone ? null : Lists.GetValueOrDefault(id));
    }
}
