using System.Text.RegularExpressions;
using NUnit.Framework;

namespace DaxProxy.Tests.Docs;

/// <summary>What holds of every page for users: README, CONTRIBUTING, SECURITY, CHANGELOG and all of docs.</summary>
public sealed partial class PageTests
{
    private const int Columns = 140;

    private static IEnumerable<string> Pages => Directory.EnumerateFiles(Repository.Root, "*.md")
        .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories))
        .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Pages))]
    public void Links_OfAPage_LeadToAFileAndAHeading(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        List<string> broken = [];
        foreach (Match link in Link().Matches(WithoutCode(page)))
        {
            string[] parts = link.Groups["target"].Value.Split('#');
            string file = parts[0].Length == 0 ? Path.Combine(Repository.Root, page) : Path.GetFullPath(Path.Combine(folder, parts[0]));
            bool isThere = File.Exists(file) || Directory.Exists(file);
            if (!isThere || (parts.Length > 1 && !Anchors(file).Contains(parts[1])))
            {
                broken.Add(link.Value);
            }
        }

        Assert.That(broken, Is.Empty);
    }

    [TestCaseSource(nameof(Pages))]
    public void Lines_OfAPage_AreNotTooLong(string page)
    {
        // A row of a table cannot be wrapped, and a command is copied as it is.
        IEnumerable<string> tooLong =
            WithoutCode(page).Split('\n').Where(line => line.TrimEnd('\r').Length > Columns && !line.StartsWith('|'));
        Assert.That(tooLong, Is.Empty);
    }

    /// <summary>The first page is for those who do not know yet whether they want it; all else has a page of its own.</summary>
    [Test]
    public void Readme_IsShort() => Assert.That(File.ReadLines(Path.Combine(Repository.Root, "README.md")).Count(), Is.LessThan(120));

    private static string WithoutCode(string page) => Fence().Replace(File.ReadAllText(Path.Combine(Repository.Root, page)), "");

    /// <summary>The anchors that GitHub gives to the headings of a page.</summary>
    private static HashSet<string> Anchors(string file) => [.. WithoutCode(Path.GetRelativePath(Repository.Root, file)).Split('\n')
        .Where(line => line.StartsWith('#'))
        .Select(line => NoAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex(@"\]\((?!https?:|mailto:)(?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();
}
