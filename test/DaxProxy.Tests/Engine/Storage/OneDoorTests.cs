using System.Reflection;
using System.Text.RegularExpressions;
using DaxProxy.Engine;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Storage;

/// <summary>
/// What the compiler cannot see of two rules: items are changed through <see cref="ItemRows"/>, and tables are read through <see
/// cref="TableReads"/>.
/// </summary>
public sealed partial class OneDoorTests
{
    private static readonly string[] Doors = ["ItemRows.cs", "DroppedRows.cs"];

    [Test]
    public void Statements_ThatChangeItemsOrEntries_StandInOnePlace()
    {
        string engine = Path.Combine(Repository.Root, "src", "DaxProxy.Engine");
        List<string> files = [.. Directory.EnumerateFiles(engine, "*.cs", SearchOption.AllDirectories)
            .Where(file => Change().IsMatch(File.ReadAllText(file))).Select(file => Path.GetFileName(file)!)];
        Assert.That(files, Does.Contain("ItemRows.cs"));
        Assert.That(files.Except(Doors), Is.Empty);
    }

    [Test]
    public void Readers_OfTables_HaveNoCatalogBesideTheirSessions()
    {
        IEnumerable<string> both = typeof(LocalBackend).Assembly.GetTypes()
            .Where(type => type != typeof(TableReads) && type != typeof(ReadScope))
            .Where(type => type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .Select(constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType).ToHashSet())
                .Any(types => types.Contains(typeof(EngineCatalog)) && types.Contains(typeof(SessionPool))))
            .Select(type => type.Name);
        Assert.That(both, Is.Empty);
    }

    /// <summary>Also where the name of the rows is put in.</summary>
    [GeneratedRegex(@"(INTO|UPDATE|DELETE FROM) (items|entries|\{)", RegexOptions.CultureInvariant)]
    private static partial Regex Change();
}
