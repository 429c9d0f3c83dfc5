using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Indexes;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Vectors;

/// <summary>
/// An exact search: compares every vector of a partition (or of an index without partition key) that the filters let through. Of equally
/// near ones those that come first in the store win, so that a search repeats; the service promises no order of them.
/// </summary>
internal sealed class VectorScan(EngineVectorIndex index, Distance distance, SearchVectors request)
{
    private readonly List<SearchCondition> filters =
        [.. request.Conditions.Where(condition => condition.Path.TopLevelName != index.Hash?.Name)];

    private readonly RowKey partition =
        request.Conditions.FirstOrDefault(condition => condition.Path.TopLevelName == index.Hash?.Name) is { } hash
            ? VectorEntry.Partition(hash.Value)
            : VectorEntry.Whole;

    /// <summary>Searches one state of the store.</summary>
    public SearchVectorsReply Search(Session session) => session.InOneSnapshot(() => Answer(session, FindNearest(session)));

    /// <summary>The rows of the nearest vectors, the nearest first.</summary>
    private List<Found> FindNearest(Session session)
    {
        Statement rows = session.Statement("SELECT vector, filters, base FROM vectors WHERE index_id = ?1 AND hash = ?2 AND key = ?3")
            .Bind(1, index.Id).Bind(2, partition.Hash).Bind(3, partition.Key);

        // The farthest of those that are kept comes out first.
        PriorityQueue<Found, (double Nearness, long Order)> nearest = new(request.TopK);
        for (long order = 0; rows.Step(); order++)
        {
            if (filters.Count > 0 && !Matches(rows.Blob(1)))
            {
                continue;
            }

            double score = distance.Of(VectorValues.FromBytes(rows.Blob(0)));
            double nearness = distance.IsLargeNear ? score : -score;
            bool isFull = nearest.Count == request.TopK;
            if (isFull && nearest.TryPeek(out _, out (double Nearness, long Order) worst) && nearness <= worst.Nearness)
            {
                continue;
            }

            Found one = new(score, rows.Blob(2).ToArray());
            if (isFull)
            {
                nearest.DequeueEnqueue(one, (nearness, -order));
            }
            else
            {
                nearest.Enqueue(one, (nearness, -order));
            }
        }

        rows.Reset();
        List<Found> found = new(nearest.Count);
        while (nearest.TryDequeue(out Found? one, out _))
        {
            found.Add(one);
        }

        found.Reverse();
        return found;
    }

    private bool Matches(ReadOnlySpan<byte> stored)
    {
        if (stored.IsEmpty)
        {
            return false;
        }

        AttributeMap attributes = AttributeJson.Read(stored);
        return filters.TrueForAll(filter =>
            attributes.TryGetValue(filter.Path.TopLevelName, out AttributeValue? value) && value.Equals(filter.Value));
    }

    private SearchVectorsReply Answer(Session session, List<Found> found)
    {
        List<SearchResult> results = [];
        long bytes = 0;
        foreach (Found one in found)
        {
            StoredItem content = session.FindEntry(index.Id, partition, one.Item);
            bytes += content.Item.SizeBytes;
            results.Add(new SearchResult(Project(session, one, content.Item), Distance.Shown(one.Score)));
        }

        return new SearchVectorsReply(
            results,
            request.ReturnConsumedCapacity == ReturnConsumedCapacity.NONE
                ? null
                : Capacity.VectorSearchBytes(index.Dimensions, bytes));
    }

    /// <summary>What was asked for of an item. The vector is there only where it was asked for, with the digits of a float.</summary>
    private Item Project(Session session, Found found, Item content)
    {
        if (request.Projection is not { } projection)
        {
            return content;
        }

        AttributeMap attributes = content.Open();
        string name = index.Definition.VectorAttribute;
        if (index.ProjectsVector && projection.Paths.Any(path => path.TopLevelName == name))
        {
            attributes[name] = VectorValues.Write(VectorValues.FromBytes(session.FindVector(index.Id, partition, found.Item)));
        }

        return Item.FromAttributes(projection.Apply(attributes));
    }

    /// <summary>An entry that was found.</summary>
    /// <param name="Score">How near it is.</param>
    /// <param name="Item">The encoded key of its item.</param>
    private sealed record Found(double Score, byte[] Item);
}
