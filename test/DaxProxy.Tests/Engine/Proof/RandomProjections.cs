using System.Text.Json.Nodes;

namespace DaxProxy.Tests.Engine.Proof;

/// <summary>Random projections, and how a request asks for them.</summary>
internal static class RandomProjections
{
    /// <summary>Paths that do not clash; null for everything.</summary>
    public static IReadOnlyList<ModelPath>? Next(Random random, ModelSchema schema, IReadOnlyList<string> names)
    {
        if (random.OneIn(2))
        {
            return null;
        }

        RandomConditions paths = new(random, schema.KeyNames, names);
        List<ModelPath> projection = [];
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            ModelPath path = paths.Path();
            if (!projection.Exists(other => other.Clashes(path)))
            {
                projection.Add(path);
            }
        }

        return projection;
    }

    public static Dictionary<string, ModelValue> Apply(IReadOnlyList<ModelPath>? projection, Dictionary<string, ModelValue> item) =>
        projection is null ? item : ModelPath.Pick(item, projection);

    /// <summary>Puts a projection into a request, in the old form where that is possible and nothing else speaks against it.</summary>
    public static void AddTo(JsonObject request, IReadOnlyList<ModelPath>? projection, ExpressionText text, Random random, bool allowLegacy)
    {
        if (projection is null)
        {
            return;
        }

        if (allowLegacy && projection.All(path => !path.IsNested) && random.OneIn(2))
        {
            request["AttributesToGet"] = new JsonArray([.. projection.Select(path => (JsonNode)path.Top)]);
        }
        else
        {
            request["ProjectionExpression"] = text.Projection(projection);
        }
    }
}
