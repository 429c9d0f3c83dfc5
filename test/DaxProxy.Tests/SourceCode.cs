using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DaxProxy.Tests;

/// <summary>Sources of the product, for tests that compile them in memory.</summary>
internal static class SourceCode
{
    /// <summary>How they are parsed: without doc comments.</summary>
    public static CSharpParseOptions Parsing { get; } = new(LanguageVersion.Latest, DocumentationMode.None);

    /// <summary>What they may refer to beside each other.</summary>
    public static IEnumerable<MetadataReference> References =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("daxproxy", StringComparison.OrdinalIgnoreCase))
            .Select(path => MetadataReference.CreateFromFile(path));

    /// <summary>The files below a folder, but for what a build leaves there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="mode">Whether doc comments are read as such.</param>
    public static IEnumerable<SyntaxTree> Read(string folder, DocumentationMode mode = DocumentationMode.None) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            .Order(StringComparer.Ordinal)
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), Parsing.WithDocumentationMode(mode), file));
}
