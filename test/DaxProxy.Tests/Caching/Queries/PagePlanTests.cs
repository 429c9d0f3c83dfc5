using DaxProxy.Core.Caching.Queries;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using NUnit.Framework;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching.Queries;

[TestFixture]
public sealed class PagePlanTests
{
    private static readonly KeySchema Schema = new("p", AttributeType.S, "s", AttributeType.S);
    private static readonly QueryFences Fences = new(new QueryCacheOptions(), 1, TimeProvider.System);

    [TestCase("s >= :s", "b", "c", true, ExpectedResult = true)]
    [TestCase("s >= :s", "b", "b", true, ExpectedResult = true)]
    [TestCase("s >= :s", "b", "a", true, ExpectedResult = false)]
    [TestCase("s > :s", "b", "b", true, ExpectedResult = false)]
    [TestCase("s <= :s", "b", "b", false, ExpectedResult = true)]
    [TestCase("s <= :s", "b", "c", false, ExpectedResult = false)]
    [TestCase("begins_with(s, :s)", "b", "ba", true, ExpectedResult = true)]
    [TestCase("begins_with(s, :s)", "b", "c", true, ExpectedResult = false)]
    public bool StartKey_MustLieInTheCondition(string condition, string bound, string start, bool isForward)
    {
        CatalogTable table = new(
            new TableInfo("T", "1", Schema, new Dictionary<string, IndexInfo>()), new TableCacheSettings(), new TableCounters(), 1);
        Query query = Checked(new Query
        {
            TableName = "T",
            KeyConditionExpression = $"p = :p AND {condition}",
            ScanIndexForward = isForward,
            ExclusiveStartKey = new AttributeMap { ["p"] = AttributeValue.FromString("x"), ["s"] = AttributeValue.FromString(start) },
            Expressions = new(null, [new(":p", AttributeValue.FromString("x")), new(":s", AttributeValue.FromString(bound))]),
        });
        return PagePlan.TryMake(table, query, Fences, out _);
    }
}
