using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DaxProxy.Tests.Architecture;

/// <summary>
/// The folders under <c>src</c>, and which of them name types of which others, as the compiler sees it, or import them. What a doc comment
/// refers to counts.
/// </summary>
internal sealed class SourceFolders
{
    private const string Implied = """
        global using global::System;
        global using global::System.Collections.Generic;
        global using global::System.IO;
        global using global::System.Linq;
        global using global::System.Net.Http;
        global using global::System.Threading;
        global using global::System.Threading.Tasks;
        global using global::Microsoft.AspNetCore.Builder;
        global using global::Microsoft.AspNetCore.Hosting;
        global using global::Microsoft.AspNetCore.Http;
        global using global::Microsoft.AspNetCore.Routing;
        global using global::Microsoft.Extensions.Configuration;
        global using global::Microsoft.Extensions.DependencyInjection;
        global using global::Microsoft.Extensions.Hosting;
        global using global::Microsoft.Extensions.Logging;
        """;

    private readonly string source;
    private readonly List<SyntaxTree> trees;

    /// <summary>Reads the sources.</summary>
    public SourceFolders()
    {
        source = Path.Combine(Repository.Root, "src");
        trees = [.. SourceCode.Read(source, DocumentationMode.Parse)];
    }

    /// <summary>The files whose namespace is not the one of their folder.</summary>
    public IReadOnlyList<string> Misplaced =>
        [.. trees.Where(tree => NamespaceOf(tree) is { } name && name != FolderOf(tree).Replace('/', '.')).Select(tree => tree.FilePath)];

    /// <summary>The folders, such as <c>DaxProxy.Core/Items</c>, each with those that it uses.</summary>
    public SortedDictionary<string, SortedSet<string>> Uses()
    {
        CSharpCompilation compilation = CSharpCompilation.Create(
            "All",
            [.. trees, CSharpSyntaxTree.ParseText(Implied, SourceCode.Parsing)],
            SourceCode.References,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, allowUnsafe: true));
        SortedDictionary<string, SortedSet<string>> uses = new(StringComparer.Ordinal);

        // Only names that can be a type's are worth the compiler's time.
        HashSet<string> types = [.. trees.SelectMany(static tree => tree.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>())
            .Select(static type => type.Identifier.ValueText)];
        ILookup<string, string> folders = trees.Select(FolderOf).Distinct().ToLookup(static folder => folder.Replace('/', '.'));
        foreach ((string folder, string used) in trees.AsParallel()
            .SelectMany(tree => UsesOf(tree, compilation.GetSemanticModel(tree), types).Concat(ImportsOf(tree, folders)))
            .Distinct())
        {
            if (!uses.TryGetValue(folder, out SortedSet<string>? all))
            {
                uses[folder] = all = new(StringComparer.Ordinal);
            }

            if (used != folder)
            {
                all.Add(used);
            }
        }

        return uses;
    }

    /// <summary>A file's folder with each that the file uses, its own among them.</summary>
    private IEnumerable<(string Folder, string Used)> UsesOf(SyntaxTree tree, SemanticModel model, HashSet<string> types) =>
        tree.GetRoot().DescendantNodes(descendIntoTrivia: true).OfType<SimpleNameSyntax>()
            .Where(name => types.Contains(name.Identifier.ValueText))
            .Select(name => Declaration(model.GetSymbolInfo(name).Symbol))
            .OfType<SyntaxTree>()
            .Append(tree)
            .Select(declared => (FolderOf(tree), FolderOf(declared)))
            .Distinct();

    /// <summary>A file's folder with each whose namespace the file imports.</summary>
    private IEnumerable<(string Folder, string Used)> ImportsOf(SyntaxTree tree, ILookup<string, string> folders) =>
        tree.GetRoot().DescendantNodes().OfType<UsingDirectiveSyntax>()
            .SelectMany(import => folders[import.Name?.ToString() ?? ""])
            .Select(used => (FolderOf(tree), used));

    private static SyntaxTree? Declaration(ISymbol? symbol) =>
        (symbol as INamedTypeSymbol ?? symbol?.ContainingType)?.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree;

    private static string? NamespaceOf(SyntaxTree tree) =>
        tree.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString();

    private string FolderOf(SyntaxTree tree) =>
        Path.GetRelativePath(source, Path.GetDirectoryName(tree.FilePath)!).Replace(Path.DirectorySeparatorChar, '/');
}
