using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Operations.Legacy;

namespace DaxProxy.Core.Operations;

/// <summary>The checks of what a read returns of an item: a projection, or AttributesToGet in its place.</summary>
internal static class ProjectionParameters
{
    /// <summary>
    /// The checks of a read whose only expression is its projection (GetItem, and each table of BatchGetItem), once the parameters are
    /// known to belong together. Compiles what was sent; leaves the projection as it is where nothing was.
    /// </summary>
    public static DynamoError? TryCompile(
        string? text,
        IReadOnlyList<string>? attributesToGet,
        ExpressionParameters parameters,
        ValidationLayer layer,
        ref ProjectionExpression? projection)
    {
        // Without an expression there are no maps: CheckUse has refused them.
        return text is null
            ? TryCompile(attributesToGet, ref projection)
            : parameters.TryResolve(layer, out ExpressionAttributes attributes)
                ?? ProjectionExpression.TryParse(text, attributes, out projection)
                ?? attributes.FindUnused();
    }

    /// <summary>Checks AttributesToGet and compiles it; leaves the projection as it is where it was not sent.</summary>
    public static DynamoError? TryCompile(IReadOnlyList<string>? attributesToGet, ref ProjectionExpression? projection)
    {
        if (attributesToGet is null)
        {
            return null;
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string name in attributesToGet)
        {
            if (!seen.Add(name))
            {
                return LegacyFaults.DuplicateName(name);
            }
        }

        projection = new ProjectionExpression([.. attributesToGet.Select(name => new DocumentPath(name))]);
        return null;
    }

    /// <summary>Whether both ways to say what is wanted were used, and whether there is an expression for the names.</summary>
    public static DynamoError? CheckUse(
        string? projectionExpression, IReadOnlyList<string>? attributesToGet, ExpressionParameters parameters, ValidationLayer layer) =>
        CheckMix(projectionExpression is not null, attributesToGet is not null)
        ?? parameters.CheckUse(projectionExpression is not null, false, "", layer);

    /// <summary>Whether both ways to say what is wanted were used.</summary>
    public static DynamoError? CheckMix(bool projectionExpression, bool attributesToGet) =>
        ParameterMix.Check([("AttributesToGet", attributesToGet)], [("ProjectionExpression", projectionExpression)]);
}
