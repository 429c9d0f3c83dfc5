using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using NUnit.Framework;

namespace DaxProxy.Tests.Architecture;

/// <summary>
/// Lines are no longer than <c>.editorconfig</c> says. In tests and benchmarks a line may be longer if only the texts in it make it so:
/// test data is easier to read in one piece. Pages have a test of their own.
/// </summary>
public class LineTests
{
    private const int Columns = 140;

    private static readonly string[] Generated = ["obj", "bin"];

    [TestCase("src", false)]
    [TestCase("samples", false)]
    [TestCase("bench", true)]
    [TestCase("test", true)]
    public void Lines_AreNotTooLong(string folder, bool mayHoldLongTexts)
    {
        List<(string File, int Line)> tooLong = [];
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(Repository.Root, file).Replace('\\', '/');
            if (name.Split('/').Intersect(Generated).Any())
            {
                continue;
            }

            SourceText source = SourceText.From(File.ReadAllText(file));
            TextLine[] lines = [.. source.Lines.Where(static line => line.Span.Length > Columns)];
            if (lines.Length > 0 && mayHoldLongTexts)
            {
                SyntaxNode root = CSharpSyntaxTree.ParseText(source, SourceCode.Parsing).GetRoot();
                lines = [.. lines.Where(line => line.Span.Length - TextIn(root, line.Span) > Columns)];
            }

            tooLong.AddRange(lines.Select(line => (name, line.LineNumber + 1)));
        }

        Assert.That(tooLong, Is.Empty);
    }

    /// <summary>How many characters of a line belong to texts, with what is put into them.</summary>
    private static int TextIn(SyntaxNode root, TextSpan line) => root.DescendantNodes(line)
        .Where(static node => IsText(node) && !node.Ancestors().Any(IsText))
        .Sum(node => node.Span.Intersection(line)?.Length ?? 0);

    private static bool IsText(SyntaxNode node) => node is InterpolatedStringExpressionSyntax
        || node.Kind() is SyntaxKind.StringLiteralExpression or SyntaxKind.Utf8StringLiteralExpression;
}
