using System.Text.Json;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Tests.Docs;

/// <summary>
/// The tables of options in docs/configuration.md, held against config/daxproxy.json, which another test holds against the options
/// themselves.
/// </summary>
public sealed class ConfigurationTableTests
{
    [Test]
    public void Tables_TheirOptions_AreThoseOfTheFileWithTheirDefaults()
    {
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Repository.Root, "config", "daxproxy.json")),
            new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        IEnumerable<string> options = document.RootElement.EnumerateObject()
            .SelectMany(
                section => section.Value.EnumerateObject().Select(option => $"{section.Name}.{option.Name} = {option.Value.GetRawText()}"));
        Assert.That(ReadTables().Where(option => !option.Path.StartsWith("Tables.", StringComparison.Ordinal)).Select(
            option => $"{option.Path} = {option.Second}"), Is.EquivalentTo(options));
    }

    [Test]
    public void Tables_TheirOptionsOfATable_AreAllThereAre() => Assert.That(
        ReadTables().Where(option => option.Path.StartsWith("Tables.", StringComparison.Ordinal)).Select(
            option => option.Path["Tables.".Length..]),
        Is.EquivalentTo(OptionKey.All.Where(key => key.IsPerTable).Select(key => key.Name)));

    /// <summary>The section and name of each option, and what its second cell says: its default, but for options of a table.</summary>
    private static IEnumerable<(string Path, string Second)> ReadTables()
    {
        string section = "";
        bool isTable = false;
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, "docs", "configuration.md")))
        {
            section = line.StartsWith("## ", StringComparison.Ordinal) ? line[3..].Trim() : section;
            isTable = line.StartsWith("| option |", StringComparison.Ordinal) || (isTable && line.StartsWith('|'));
            if (isTable && line.StartsWith("| `", StringComparison.Ordinal))
            {
                string[] cells = line.Split('|');
                yield return ($"{section}.{cells[1].Trim(' ', '`')}", cells[2].Trim(' ', '`'));
            }
        }
    }
}
