using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NUnit.Framework;

namespace DaxProxy.Tests.Architecture;

/// <summary>A name of a type means one type within a project, so that a search for it finds that one.</summary>
public class TypeNameTests
{
    private static IEnumerable<string> Projects =>
        new[] { "src", "test", "bench" }
            .SelectMany(static folder =>
                Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories))
            .Select(static file => Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(file)!))
            .Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Projects))]
    public void Types_HaveNamesOfTheirOwn(string project)
    {
        List<(string Name, string Namespace, bool IsNested)> types =
            [.. SourceCode.Read(Path.Combine(Repository.Root, project)).SelectMany(TypesOf)];
        string[] twins = [.. types.Where(static type => !type.IsNested).Distinct().GroupBy(static type => type.Name)
            .Where(static same => same.Count() > 1)
            .Select(static same => $"{same.Key} of {string.Join(" and ", same.Select(static type => type.Namespace))}")];
        string[] shadows = [.. types.Where(static type => type.IsNested).Select(static type => type.Name).Distinct()
            .Intersect(types.Where(static type => !type.IsNested).Select(static type => type.Name))];

        Assert.Multiple(() =>
        {
            Assert.That(types, Is.Not.Empty);
            Assert.That(twins, Is.Empty, "types of one name");
            Assert.That(shadows, Is.Empty, "types within a type that have the name of one outside");
        });
    }

    private static IEnumerable<(string Name, string Namespace, bool IsNested)> TypesOf(SyntaxTree tree) =>
        from type in tree.GetRoot().DescendantNodes().OfType<MemberDeclarationSyntax>()
        let name = type switch
        {
            BaseTypeDeclarationSyntax declared => declared.Identifier.ValueText,
            DelegateDeclarationSyntax declared => declared.Identifier.ValueText,
            _ => null,
        }
        where name is not null
        select (
            name,
            type.FirstAncestorOrSelf<BaseNamespaceDeclarationSyntax>()?.Name.ToString() ?? "",
            type.Parent is TypeDeclarationSyntax);
}
