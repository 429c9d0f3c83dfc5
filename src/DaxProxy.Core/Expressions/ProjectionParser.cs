using System.Diagnostics;
using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Expressions;

/// <summary>
/// Parses projections.
/// <code>projection = path { "," path }</code>
/// </summary>
internal sealed class ProjectionParser(string text, ExpressionAttributes attributes)
    : ExpressionParser(text, ExpressionKind.Projection, attributes)
{
    /// <summary>Parses the whole text.</summary>
    public DynamoError? Parse(out List<DocumentPath> paths)
    {
        paths = [];
        if (Begin())
        {
            ParsePaths(paths);
        }

        return Finish();
    }

    /// <summary>A projection has no keywords; reserved words are a fault of another kind.</summary>
    protected override bool IsKeyword(ReadOnlySpan<char> identifier) => false;

    /// <summary>Never called: a projection holds no operands.</summary>
    protected override Operand MakeCall(string function, List<Operand> operands) => throw new UnreachableException();

    private void ParsePaths(List<DocumentPath> paths)
    {
        while (ParsePath() is DocumentPath path)
        {
            paths.Add(path);
            if (Current.Kind != TokenKind.Comma)
            {
                break;
            }

            Advance();
        }

        if (Failure is null)
        {
            PathTree.Check(paths, ref faults);
        }
    }
}
