using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;

namespace DaxProxy.Core.Operations;

/// <summary>The expression checks of a read whose only expression is its projection (GetItem, and each table of BatchGetItem).</summary>
internal static class ProjectionParameters
{
    /// <summary>Checks names and projection, and compiles the latter; null for the whole item.</summary>
    public static DynamoError? TryCompile(
        string? text, ExpressionParameters parameters, ValidationLayer layer, out ProjectionExpression? projection)
    {
        projection = null;
        DynamoError? error = parameters.TryResolve(text is not null, false, "", layer, out ExpressionAttributes attributes);
        if (error is null && text is not null)
        {
            error = ProjectionExpression.TryParse(text, attributes, out projection) ?? attributes.FindUnused();
        }

        return error;
    }
}
