using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace DaxProxy.Tests.Caching.Checker.Mutants;

/// <summary>The sources of the core, compiled in memory with one text replaced by another.</summary>
internal sealed class MutatedCore
{
    private const string Implied = """
        global using global::System;
        global using global::System.Collections.Generic;
        global using global::System.IO;
        global using global::System.Linq;
        global using global::System.Threading;
        global using global::System.Threading.Tasks;
        [assembly: System.Reflection.AssemblyVersion("{0}")]
        [assembly: System.Runtime.CompilerServices.InternalsVisibleTo("DaxProxy.Tests")]
        """;

    private static readonly string Folder = Path.Combine(Repository.Root, "src", "DaxProxy.Core");

    private readonly Dictionary<string, SyntaxTree> trees;
    private readonly CSharpCompilation sound;

    /// <summary>Reads the sources.</summary>
    public MutatedCore()
    {
        trees = SourceCode.Read(Folder).ToDictionary(tree => tree.FilePath);
        Version version = typeof(DaxProxy.Core.IDynamoBackend).Assembly.GetName().Version!;
        SyntaxTree implied = CSharpSyntaxTree.ParseText(
            Implied.Replace("{0}", version.ToString(), StringComparison.Ordinal), SourceCode.Parsing);
        sound = CSharpCompilation.Create(
            "DaxProxy.Core",
            [.. trees.Values, implied],
            SourceCode.References,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Disable));
    }

    /// <summary>How often the text that a mutant replaces is in the source as it is now.</summary>
    public static int CountOf(Mutant mutant) => CountIn(File.ReadAllText(FileOf(mutant)), mutant);

    private static int CountIn(string source, Mutant mutant) => source.Split(mutant.Old).Length - 1;

    private static string FileOf(Mutant mutant) =>
        Path.GetFullPath(Path.Combine(Folder, "Caching", mutant.File.Replace('/', Path.DirectorySeparatorChar)));

    /// <summary>
    /// The mutant's assembly; throws if its old text is not in the file exactly once, or what comes out does not compile.
    /// </summary>
    public byte[] Compile(Mutant mutant)
    {
        string file = FileOf(mutant), source = trees[file].ToString();
        if (CountIn(source, mutant) != 1)
        {
            throw new InvalidOperationException($"{mutant.File} does not have this text once: {mutant.Old}");
        }

        SyntaxTree changed = CSharpSyntaxTree.ParseText(
            source.Replace(mutant.Old, mutant.New, StringComparison.Ordinal), SourceCode.Parsing, file);
        using MemoryStream assembly = new();
        EmitResult result = sound.ReplaceSyntaxTree(trees[file], changed).Emit(assembly);
        ImmutableArray<Diagnostic> errors = [.. result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];
        return result.Success ? assembly.ToArray() : throw new InvalidOperationException(string.Join('\n', errors.Take(5)));
    }
}
