using System.Text.RegularExpressions;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Core.Wire.Json.Model;
using NUnit.Framework;

namespace DaxProxy.Tests.Docs;

/// <summary>The table of operations in docs/compatibility.md, held against what is really answered.</summary>
public sealed partial class CompatibilityTableTests
{
    [Test]
    public void Table_ItsOperations_AreExactlyThoseThatAreRead()
    {
        HashSet<string> written = [.. ReadTable().SelectMany(row => Word().Matches(row).Select(match => match.Value)).Where(IsOperation)];
        Assert.That(written, Is.EquivalentTo(JsonVerbs.ByTarget.Values.Select(verb => verb.Name)));
    }

    [Test]
    public void Verbs_AllOfThem_AreOperationsOfTheModel() =>
        Assert.That(JsonVerbs.ByTarget.Keys, Is.SubsetOf(InputModel.Operations.Keys));

    private static bool IsOperation(string word) => InputModel.Operations.Values.Any(operation => operation.Name == word);

    /// <summary>First cells of the first table of the page.</summary>
    private static IEnumerable<string> ReadTable()
    {
        DirectoryInfo? root = new(TestContext.CurrentContext.TestDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "DaxProxy.sln")))
        {
            root = root.Parent;
        }

        return File.ReadLines(Path.Combine(root!.FullName, "docs", "compatibility.md"))
            .SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|')).Select(line => line.Split('|')[1]);
    }

    [GeneratedRegex("[A-Za-z]+")]
    private static partial Regex Word();
}
