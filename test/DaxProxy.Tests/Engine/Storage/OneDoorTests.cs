using System.Reflection;
using System.Text.RegularExpressions;
using DaxProxy.Engine;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Regions;
using DaxProxy.Engine.Storage;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Storage;

/// <summary>
/// What the compiler cannot see of two rules: items are changed through <see cref="ItemRows"/>, and tables are read through <see
/// cref="TableReads"/>.
/// </summary>
public sealed partial class OneDoorTests
{
    private static readonly string[] Doors = ["ItemRows.cs", "DroppedRows.cs"];

    /// <summary>Methods of the door that tell of nothing, and why that is right.</summary>
    private static readonly Dictionary<string, string> Silent = new()
    {
        ["Insert"] = "a part of others, for no other use",
        ["KeepItem"] = "rows of a backup, of which no read is answered; held to be called by backups only",
        ["PutEntry"] = "as its item changes, which is told",
        ["DeleteEntry"] = "as its item changes, which is told",
        ["PutVector"] = "as its item changes, which is told",
        ["DeleteVector"] = "as its item changes, which is told",
    };

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
    public void Methods_OfTheDoor_TellOfEachChange_OrAreNamedHere()
    {
        string engine = Path.Combine(Repository.Root, "src", "DaxProxy.Engine");
        MethodDeclarationSyntax[] changing = [.. SourceCode.Read(Path.Combine(engine, "Storage")).Single(tree => Path.GetFileName(tree.FilePath) == "ItemRows.cs")
            .GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
            .Where(method => Change().IsMatch(method.ToString())
                || Parts().IsMatch(method.Body?.ToString() ?? method.ExpressionBody!.ToString()))];
        Assert.That(changing.Select(method => method.Identifier.Text), Is.SupersetOf(Silent.Keys).And.Contain("PutItem").And.Contain("DeleteItem"));
        foreach (MethodDeclarationSyntax method in changing)
        {
            string name = method.Identifier.Text, text = method.ToString();
            bool isStatic = method.Modifiers.Any(word => word.IsKind(SyntaxKind.StaticKeyword));
            if (!Silent.ContainsKey(name))
            {
                Assert.That(text, Does.Match(@"noted\??\.Add\("), $"{name}: the caches are told of a change in the background");
                Assert.That(!ItemChange().IsMatch(text) || text.Contains("history.Note(", StringComparison.Ordinal), $"{name}: what an item was is kept");
            }

            Assert.That(isStatic, Is.EqualTo(name is "Insert" or "KeepItem"), $"{name}: without the right of the writer's thread nothing is changed");
            Assert.That(name != "Insert" || method.Modifiers.Any(word => word.IsKind(SyntaxKind.PrivateKeyword)), "Insert is a part of others");
        }

        IEnumerable<string> keeping = Directory.EnumerateFiles(engine, "*.cs", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("KeepItem(", StringComparison.Ordinal) && Path.GetFileName(file) != "ItemRows.cs")
            .Select(file => Path.GetFileName(Path.GetDirectoryName(file))!);
        Assert.That(keeping.Distinct(), Is.EqualTo(new[] { "Backups" }));
    }

    [Test]
    public void Readers_OfTables_HaveNoCatalogBesideTheirSessions()
    {
        IEnumerable<string> both = typeof(LocalBackend).Assembly.GetTypes()
            .Where(type => type != typeof(TableReads) && type != typeof(ReadScope))

            // What replication reads are rows of an id, which no other table ever has.
            .Where(type => type != typeof(RegionStore))
            .Where(type => type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .Select(constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType).ToHashSet())
                .Any(types => types.Contains(typeof(EngineCatalog)) && types.Contains(typeof(SessionPool))))
            .Select(type => type.Name);
        Assert.That(both, Is.Empty);
    }

    /// <summary>Also where the name of the rows is put in.</summary>
    [GeneratedRegex(@"(INTO|UPDATE|DELETE FROM) (items|entries|vectors|\{)", RegexOptions.CultureInvariant)]
    private static partial Regex Change();

    /// <summary>A call of a method that changes rows.</summary>
    [GeneratedRegex(@"\b(Insert|PutEntry|PutVector|DeleteEntry|DeleteVector)\(", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();

    /// <summary>A change of an item, and not of an entry only.</summary>
    [GeneratedRegex(@"\bInsert\(|(INTO|UPDATE|DELETE FROM) items", RegexOptions.CultureInvariant)]
    private static partial Regex ItemChange();
}
