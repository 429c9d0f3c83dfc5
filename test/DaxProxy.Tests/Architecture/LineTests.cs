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

    /// <summary>
    /// Files that still have longer lines: they were being changed when the rule came. Shorten the lines and take them out.
    /// </summary>
    private static readonly string[] StillLonger =
    [
        "bench/DaxProxy.Bench/Report/ReportCommand.cs",
        "bench/DaxProxy.Bench/Transfers/TransferRun.cs",
        "test/DaxProxy.Conformance/Compared/ComparingHandler.cs",
        "test/DaxProxy.Conformance/Durability/RecoveryCrashTests.cs",
        "test/DaxProxy.Conformance/Fuzz/AdminFuzz.cs",
        "test/DaxProxy.Conformance/Fuzz/HttpFuzz.cs",
        "test/DaxProxy.Conformance/Observing/OtlpCollector.cs",
        "test/DaxProxy.Conformance/Observing/OutageDrillTests.cs",
        "test/DaxProxy.Conformance/Observing/TraceTests.cs",
        "test/DaxProxy.Conformance/Policies/PolicyHost.cs",
        "test/DaxProxy.Conformance/Policies/PolicyLifeTests.cs",
        "test/DaxProxy.Conformance/Protocol/LargeAnswerTests.cs",
        "test/DaxProxy.Conformance/Remote/FaultMatrixTests.cs",
        "test/DaxProxy.Conformance/Remote/ServeStaleTests.cs",
        "test/DaxProxy.Conformance/Stack.cs",
        "test/DaxProxy.Tests/Backends/Keys/KmsKeyTests.cs",
        "test/DaxProxy.Tests/Engine/Backups/BackupRig.cs",
        "test/DaxProxy.Tests/Engine/Storage/ChecksumTests.cs",
        "test/DaxProxy.Tests/Engine/Transfers/ExportTableTests.cs",
        "test/DaxProxy.Tests/Engine/Transfers/PastExportTests.cs",
        "test/DaxProxy.Tests/Memory/AnswerGateTests.cs",
        "test/DaxProxy.Tests/Report/VerdictTests.cs",
        "test/DaxProxy.Tests/Telemetry/BackendOutageTests.cs",
    ];

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

        Assert.Multiple(() =>
        {
            Assert.That(tooLong.Where(static line => !StillLonger.Contains(line.File)), Is.Empty);
            Assert.That(
                StillLonger.Where(file => file.StartsWith(folder + "/", StringComparison.Ordinal))
                    .Except(tooLong.Select(static line => line.File)),
                Is.Empty,
                "files that are in order, and need not be listed any more");
        });
    }

    /// <summary>How many characters of a line belong to texts, with what is put into them.</summary>
    private static int TextIn(SyntaxNode root, TextSpan line) => root.DescendantNodes(line)
        .Where(static node => IsText(node) && !node.Ancestors().Any(IsText))
        .Sum(node => node.Span.Intersection(line)?.Length ?? 0);

    private static bool IsText(SyntaxNode node) => node is InterpolatedStringExpressionSyntax
        || node.Kind() is SyntaxKind.StringLiteralExpression or SyntaxKind.Utf8StringLiteralExpression;
}
