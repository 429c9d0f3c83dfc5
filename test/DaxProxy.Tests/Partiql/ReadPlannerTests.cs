using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Partiql;
using DaxProxy.Core.Tables;
using NUnit.Framework;

namespace DaxProxy.Tests.Partiql;

/// <summary>
/// Which native reads a SELECT becomes. What is refused, and in which words, is from recorded answers: paritysuite/dynamodb-conformance,
/// and captures of nubo-db/dynoxide.
/// </summary>
public sealed class ReadPlannerTests
{
    private const string FilterNotProjected = "One or more parameter values were invalid: Secondary index ";

    private static readonly TableInfo Table = new(
        "t",
        "id",
        new KeySchema("pk", AttributeType.S, "sk", AttributeType.N),
        new Dictionary<string, IndexInfo>
        {
            ["g"] = new("g", true, [new("gk", AttributeType.S)], [], new Projection("INCLUDE", ["x"])),
            ["l"] = new("l", false, [new("pk", AttributeType.S)], [new("lk", AttributeType.S)], new Projection("KEYS_ONLY", null)),
        });

    [TestCase("SELECT * FROM t", "Scan")]
    [TestCase("SELECT * FROM t WHERE sk = 1", "Scan filter")]
    [TestCase("SELECT * FROM t WHERE pk > 'a'", "Scan filter")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' OR x = 1", "Scan filter")]
    [TestCase("SELECT * FROM t WHERE NOT pk = 'a'", "Scan filter")]
    [TestCase("SELECT * FROM t WHERE pk.x = 'a'", "Scan filter")]
    [TestCase("SELECT * FROM t WHERE pk = 'a'", "Query pk=a")]
    [TestCase("SELECT * FROM t WHERE 'a' = pk", "Query pk=a")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' AND x = 1", "Query pk=a filter")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' AND sk = 1", "Get a 1")]
    [TestCase("SELECT * FROM t WHERE sk = 1 AND x = 2 AND pk = 'a'", "Get a 1 own filter")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' AND sk > 1", "Query pk=a sk Greater 1")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' AND 1 > sk", "Query pk=a sk Less 1")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' AND sk BETWEEN 1 AND 2", "Query pk=a sk Between 1")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' AND sk > 1 AND sk < 5", "Query pk=a sk Greater 1 own filter")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' AND sk <> 1", "Query pk=a own filter")]
    [TestCase("SELECT * FROM t WHERE pk IN ('a', 'b', 'a')", "Query pk=a; Query pk=b")]
    [TestCase("SELECT * FROM t WHERE pk IN ('a', 'b') AND sk IN [1, 2]", "Get a 1; Get a 2; Get b 1; Get b 2")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' OR pk = 'b'", "Query pk=a; Query pk=b")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' AND (sk = 1 OR sk = 2)", "Get a 1; Get a 2")]
    [TestCase("SELECT * FROM t WHERE (pk = 'a' AND sk = 1) OR (pk = 'b' AND sk = 2)", "Get a 1; Get b 2")]
    [TestCase("SELECT * FROM t WHERE (pk = 'a' AND x = 1) OR (pk = 'a' AND y = 2)", "Query pk=a filter")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' AND (sk < 1 OR sk > 2)", "Query pk=a own filter")]
    [TestCase("SELECT * FROM t WHERE (pk = 'a' AND sk < 1) OR (pk = 'a' AND sk > 2)", "Query pk=a own filter")]
    [TestCase("SELECT * FROM t WHERE pk IN ('b', 'c', 'a') ORDER BY pk", "Query pk=a; Query pk=b; Query pk=c")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' AND sk IN (1, 3, 2) ORDER BY sk DESC", "Get a 3; Get a 2; Get a 1")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' ORDER BY sk DESC", "Query pk=a backwards")]
    [TestCase("SELECT * FROM t.g WHERE gk = 'a' AND x = 1", "Query g gk=a filter")]
    [TestCase("SELECT * FROM t.g WHERE y = 1", "Scan g own filter")]
    [TestCase("SELECT y FROM t.l WHERE pk = 'a' AND lk = 'b'", "Query l pk=a lk Equal b ALL_ATTRIBUTES")]
    [TestCase("SELECT * FROM t.l WHERE pk = 'a' AND lk > 'b'", "Query l pk=a lk Greater b")]
    [TestCase("SELECT * FROM t.l WHERE y = 1", "Scan l own filter")]
    [TestCase("SELECT * FROM t.g WHERE (gk = 'a' AND y = 1) OR gk = 'b'", "Query g gk=a own filter; Query g gk=b")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' AND NOT sk = 1 OR pk = 'a' AND sk = 2", "Query pk=a own filter")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' AND NOT (sk = 1) OR pk = 'a' AND sk = 2", "Query pk=a own filter")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' AND sk <> 1 OR pk = 'a' AND sk = 2", "Query pk=a own filter")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' AND NOT sk IN [1, 3] OR pk = 'a' AND sk = 2", "Query pk=a own filter")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' AND sk NOT IN (1, 3) OR pk = 'a' AND sk = 2", "Query pk=a own filter")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' AND NOT sk > 5 OR pk = 'a' AND sk = 2", "Query pk=a own filter")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' AND NOT begins_with(sk, 'x') OR pk = 'a' AND sk = 2", "Query pk=a own filter")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' OR pk = 'a' AND NOT sk = 1", "Query pk=a")]
    public void TryPlan_Select_BecomesNativeReads(string statement, string expected)
    {
        Assert.That(TryPlan(statement, false, out ReadPlan? plan)?.Message, Is.Null);
        Assert.That(string.Join("; ", plan!.Reads.Select(read => Describe(plan, read))), Is.EqualTo(expected));
    }

    [TestCase("SELECT * FROM t.none WHERE pk = 'a'", "The table does not have the specified index")]
    [TestCase(
        "SELECT y FROM t.g WHERE gk = 'a'", "One or more parameter values were invalid: Global secondary index g does not project [y]")]
    [TestCase("SELECT y, z FROM t.g", "One or more parameter values were invalid: Global secondary index g does not project [y, z]")]
    [TestCase("SELECT * FROM t.g WHERE gk = 'a' AND y = 1", FilterNotProjected + "g does not project one or more filter attributes: [y]")]
    [TestCase(
        "SELECT * FROM t.g WHERE gk IN ['a', 'b'] AND NOT y = 1",
        FilterNotProjected + "g does not project one or more filter attributes: [y]")]
    [TestCase("SELECT pk FROM t.l WHERE pk = 'a' AND y = 1", FilterNotProjected + "l does not project one or more filter attributes: [y]")]
    [TestCase(
        "SELECT * FROM t.l WHERE pk = 'a' AND y IS MISSING", FilterNotProjected + "l does not project one or more filter attributes: [y]")]
    [TestCase(
        "SELECT * FROM t WHERE pk = 'a' AND x <> 1 OR pk = 'a' AND sk = 2",
        "Overlapping conditions with range keys are not supported in where clause")]
    [TestCase(
        "SELECT * FROM t WHERE pk = 'a' OR pk = 'a' AND sk = 2",
        "Overlapping conditions with range keys are not supported in where clause")]
    [TestCase(
        "SELECT * FROM t WHERE pk = 'a' AND (sk = 1 OR x = 2)", "Overlapping conditions with range keys are not supported in where clause")]
    [TestCase("SELECT * FROM t WHERE (pk = 'a' AND sk = 1) OR (pk = 'a' AND x = 2)",
        "Overlapping conditions with range keys are not supported in where clause")]
    [TestCase("SELECT * FROM t ORDER BY pk", "Must have WHERE clause in the statement when using ORDER BY clause.")]
    [TestCase("SELECT * FROM t WHERE x = 1 ORDER BY pk",
        "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.")]
    [TestCase("SELECT * FROM t WHERE pk = 'a' ORDER BY x", "Variable reference x in ORDER BY clause must be part of the primary key")]
    public void TryPlan_SelectThatDoesNotFitTheTable_IsRefused(string statement, string text) =>
        Assert.That(TryPlan(statement, false, out _)?.Message, Is.EqualTo(text));

    [Test]
    public void TryPlan_TooManyPartitions_IsRefused()
    {
        string keys = string.Join(", ", Enumerable.Range(0, 51).Select(i => $"'{i}'"));
        Assert.That(TryPlan($"SELECT * FROM t WHERE pk IN ({keys})", false, out _)?.Message,
            Is.EqualTo("Too many decomposed read operations for a given query."));
    }

    [Test]
    public void TryPlan_ConsistentReadOfGlobalIndex_IsRefused()
    {
        Assert.That(TryPlan("SELECT * FROM t.g", true, out _)?.Message,
            Is.EqualTo("Strongly consistent read is not supported on Global Secondary Indexes"));
        Assert.That(TryPlan("SELECT * FROM t.l", true, out _), Is.Null);
    }

    private static DynamoError? TryPlan(string text, bool isConsistent, out ReadPlan? plan)
    {
        plan = null;
        BoundStatement? bound = null;
        return StatementParser.TryParse(text, 0, out Statement? statement)
            ?? StatementBinder.TryBind(statement!, [], out bound)
            ?? ReadPlanner.TryPlan((BoundStatement.Selection)bound!, Table, isConsistent, out plan);
    }

    private static string Describe(ReadPlan plan, PlannedRead read)
    {
        string filter = read.Filter is null ? "" : read.IsFilterNative ? " filter" : " own filter";
        switch (plan.OperationFor(read, null, null, false, ReturnConsumedCapacity.NONE))
        {
            case GetItem get:
                return "Get " + string.Join(" ", get.Key.Value!.Values.Select(Print)) + filter;
            case Query query:
                IEnumerable<string> clauses = query.KeyCondition.Conditions.Select((clause, i) =>
                    i == 0
                        ? $" {clause.AttributeName}={Print(clause.Value)}"
                        : $" {clause.AttributeName} {clause.Operator} {Print(clause.Value)}");
                Assert.That(query.Filter is not null, Is.EqualTo(read.Filter is not null && read.IsFilterNative));
                return "Query" + Of(query) + string.Concat(clauses) + filter + (query.ScanIndexForward ? "" : " backwards")
                    + (query.Select == Select.Default ? "" : $" {query.Select}");
            case Scan scan:
                return "Scan" + Of(scan) + filter;
            default:
                return "?";
        }
    }

    private static string Of(PageOperation page) => page.IndexName is null ? "" : " " + page.IndexName;

    private static string Print(AttributeValue value) => value.Type == AttributeType.S ? value.String : value.Number.ToString();
}
