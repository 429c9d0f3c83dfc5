using System.Text.RegularExpressions;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Core.Wire.Json.Model;
using NUnit.Framework;

namespace DaxProxy.Tests.Docs;

/// <summary>
/// The table of operations in docs/compatibility.md, held against the service model and against what the verbs say of themselves.
/// </summary>
public sealed partial class CompatibilityTableTests
{
    [Test]
    public void Verbs_ThatAreRead_AreTheOperationsOfTheModel() =>
        Assert.That(JsonVerbs.ByTarget.Keys, Is.EquivalentTo(InputModel.Operations.Keys));

    [Test]
    public void Table_ItsOperations_AreThoseOfTheModelEachOnce() => Assert.That(
        ReadTable().SelectMany(row => row.Operations),
        Is.EquivalentTo(JsonVerbs.ByVerb.Keys.Select(verb => verb.Name)));

    [Test]
    public void Table_ItsLevels_AreTheEngines()
    {
        Dictionary<string, EngineSupport> levels = new()
        {
            ["full"] = EngineSupport.Full,
            ["stored and reported"] = EngineSupport.Stored,
            ["refused"] = EngineSupport.Refused,
        };
        Dictionary<string, EngineSupport> supports = JsonVerbs.ByVerb.Keys.ToDictionary(verb => verb.Name, verb => verb.Support);
        List<string> lies = [.. ReadTable().SelectMany(row => row.Operations
            .Where(operation => !levels.TryGetValue(row.Level, out EngineSupport level) || level != supports[operation])
            .Select(operation => $"{operation} is not '{row.Level}' but {supports[operation]}"))];
        Assert.That(lies, Is.Empty);
    }

    /// <summary>The first table of the page: operations in the first cell, the level in the second.</summary>
    private static IEnumerable<(string[] Operations, string Level)> ReadTable()
    {
        HashSet<string> names = [.. JsonVerbs.ByVerb.Keys.Select(verb => verb.Name)];
        return File.ReadLines(Path.Combine(Repository.Root, "docs", "compatibility.md"))
            .SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|')).Skip(2).Select(line => line.Split('|'))
            .Select(cells => (Word().Matches(cells[1]).Select(match => match.Value).Where(names.Contains).ToArray(), cells[2].Trim()));
    }

    [GeneratedRegex("[A-Za-z]+")]
    private static partial Regex Word();
}
