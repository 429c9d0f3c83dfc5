using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Indexes;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Vectors;

/// <summary>SearchVectors: the items of one vector index that are nearest to a vector.</summary>
internal sealed class SearchVectorsHandler(TableReads reads)
{
    public Reply Execute(SearchVectors request) => reads.Run(request, static (ref scope, search) => Search(ref scope, search));

    private static Reply Search(ref ReadScope scope, SearchVectors request)
    {
        if (scope.Find(request.TableName) is not { } table)
        {
            return new ErrorReply(TableFaults.NotFound);
        }

        if (table.FindVectorIndex(request.IndexName) is not { } index)
        {
            return new ErrorReply(VectorFaults.IndexNotFound(request.IndexName));
        }

        float[] vector = [];
        DynamoError? error = (index.IsReady ? null : VectorFaults.Backfilling(index.Name))
            ?? TryReadVector(request, index, out vector)
            ?? CheckConditions(request, index);
        return error is not null
            ? new ErrorReply(error)
            : scope.Read(
                ReplicaKind.OfGlobalIndex,
                new VectorScan(index, new Distance(index.Definition.DistanceFunction, vector), request),
                static (session, scan) => scan.Search(session));
    }

    /// <summary>Elements are judged before their number is.</summary>
    private static DynamoError? TryReadVector(SearchVectors request, EngineVectorIndex index, out float[] vector)
    {
        vector = new float[request.SearchVector.Count];
        for (int i = 0; i < vector.Length; i++)
        {
            if (request.SearchVector[i].Value is not { Type: AttributeType.N } element
                || !VectorValues.TryConvert(element.Number, out vector[i]))
            {
                return VectorFaults.InvalidSearchVector;
            }
        }

        return vector.Length == index.Dimensions ? null : VectorFaults.SearchVectorLength(vector.Length, index.Dimensions);
    }

    private static DynamoError? CheckConditions(SearchVectors request, EngineVectorIndex index)
    {
        IReadOnlyList<SearchCondition> conditions = request.Conditions;
        string? stranger = conditions.Select(condition => condition.Path.TopLevelName)
            .FirstOrDefault(name => !index.Schema.Any(element => element.Name == name));
        if (stranger is not null)
        {
            return VectorFaults.NotInSchema(stranger);
        }

        if (conditions.Any(condition => condition.Path.IsNested))
        {
            return VectorFaults.NestedCondition;
        }

        if (conditions.DistinctBy(condition => condition.Path.TopLevelName, StringComparer.Ordinal).Count() < conditions.Count)
        {
            return VectorFaults.SeveralConditions;
        }

        return index.Hash is { } hash && !conditions.Any(condition => condition.Path.TopLevelName == hash.Name)
            ? VectorFaults.HashMissing
            : conditions.Select(condition => CheckValue(index, condition)).FirstOrDefault(error => error is not null);
    }

    private static DynamoError? CheckValue(EngineVectorIndex index, SearchCondition condition)
    {
        KeyAttribute element = index.Schema.First(element => element.Name == condition.Path.TopLevelName);
        AttributeValue value = condition.Value;
        if (value.Type != element.Type)
        {
            return VectorFaults.ConditionType(element.Name, value.Type, element.Type);
        }

        return element.Name == index.Hash?.Name ? KeyRules.CheckValue(element.Name, value, isHash: true) : null;
    }
}
