using NUnit.Framework;

namespace DaxProxy.Tests.Architecture;

/// <summary>
/// Dependencies go one way. The table of <c>docs/architecture.md</c> lists the folders from the bottom up, so a circle cannot be written
/// into it; what it says is what the compiler sees.
/// </summary>
public class FolderTests
{
    private static readonly Lazy<SourceFolders> Source = new(() => new SourceFolders());

    [Test]
    public void Namespaces_AreThoseOfTheFolders() => Assert.That(Source.Value.Misplaced, Is.Empty);

    [Test]
    public void Folders_UseWhatTheTableSays()
    {
        List<(string Folder, string[] Uses)> table = Table();
        SortedDictionary<string, SortedSet<string>> actual = Source.Value.Uses();
        Assert.Multiple(() =>
        {
            Assert.That(table.Select(static row => row.Folder), Is.EquivalentTo(actual.Keys));
            foreach ((string folder, string[] uses) in table)
            {
                Assert.That(uses, Is.EquivalentTo(actual.GetValueOrDefault(folder) ?? []), folder);
            }
        });
    }

    [Test]
    public void Table_NamesFoldersFromTheBottomUp()
    {
        HashSet<string> below = [];
        foreach ((string folder, string[] uses) in Table())
        {
            Assert.That(uses, Is.SubsetOf(below), folder);
            below.Add(folder);
        }
    }

    /// <summary>Rows such as <c>| `DaxProxy.Core/Items` | what it is | `DaxProxy.Core/Tables`, … |</c>.</summary>
    private static List<(string Folder, string[] Uses)> Table() =>
        [.. File.ReadLines(Path.Combine(Repository.Root, "docs", "architecture.md"))
            .SkipWhile(static line => line != "| folder | what it is | uses |").Skip(2).TakeWhile(static line => line.StartsWith('|'))
            .Select(static line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(static cells =>
                (cells[1].Trim('`'), cells[3].Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(static name => name.Trim('`'))
                    .ToArray()))];
}
