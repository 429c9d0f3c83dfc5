using NUnit.Framework;

namespace DaxProxy.Tests.Operations.Legacy;

/// <summary>The faults of one comparison, which are the same wherever it stands.</summary>
public sealed class LegacyConditionFaultTests
{
    private const string S = "{'S':'a'}", N = "{'N':'1'}", B = "{'B':'YQ=='}", SS = "{'SS':['a']}", NS = "{'NS':['1']}",
        BS = "{'BS':['YQ==']}";
    private const string M = "{'M':{}}", L = "{'L':[]}", Null = "{'NULL':true}", Bool = "{'BOOL':true}";
    private static readonly string[] All = [S, N, B, SS, NS, BS, M, L, Null, Bool];
    private static readonly string[] Scalars = [S, N, B];

    [TestCaseSource(nameof(Counts))]
    public void Comparison_WithAnotherNumberOfValues_IsRefused(string comparison, int values, bool isGood)
    {
        // Expected without any value form is another fault, so it gets an empty list.
        string condition = Condition(comparison, [.. Enumerable.Repeat(S, values)]);
        AssertFault(condition, isGood ? null : $"Invalid number of argument(s) for the {comparison} ComparisonOperator");
    }

    [TestCaseSource(nameof(Types))]
    public void Comparison_WithAValueItDoesNotTake_IsRefused(string comparison, string value, bool isGood)
    {
        string condition = Condition(comparison, comparison == "BETWEEN" ? [value, value] : [value]);
        string type = value.Split('\'')[1];
        AssertFault(condition, isGood ? null : $"ComparisonOperator {comparison} is not valid for {type} AttributeValue type");
    }

    [TestCase("IN")]
    [TestCase("BETWEEN")]
    public void Values_OfSeveralTypes_AreRefused(string comparison) =>
        AssertFault(Condition(comparison, S, SS), "AttributeValues inside AttributeValueList must be of same type");

    [TestCase("{'S':'b'}", "{'S':'a'}")]
    [TestCase("{'N':'10'}", "{'N':'9'}")]
    [TestCase("{'B':'Yg=='}", "{'B':'YQ=='}")]
    public void Between_WithBoundsInTheWrongOrder_IsRefused(string low, string high) => AssertFault(
        Condition("BETWEEN", low, high),
        "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
        prefix: "");

    [TestCase("{}", "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")]
    [TestCase("{'N':'x'}", "The parameter cannot be converted to a numeric value: x")]
    public void Value_ThatIsBadInItself_ComesBeforeTheCount(string value, string fault) =>
        AssertFault(Condition("NULL", value), fault, prefix: "");

    [Test]
    public void ComparisonOperator_Unknown_IsAConstraint() => Assert.That(
        LegacyRequest.FaultOf("Scan", "'ScanFilter':{'a':{'ComparisonOperator':'LIKE'}}"), Is.EqualTo(
            LegacyRequest.Envelope
                + "Value 'LIKE' at 'scanFilter.a.member.comparisonOperator' failed to satisfy constraint: Member must satisfy enum "
            + "value set: [IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, CONTAINS]"));

    [Test]
    public void ComparisonOperator_Absent_IsAConstraint() => Assert.That(
        LegacyRequest.FaultOf("Scan", "'ScanFilter':{'a':{}}"), Is.EqualTo(
            LegacyRequest.Envelope
                + "Value null at 'scanFilter.a.member.comparisonOperator' failed to satisfy constraint: Member must not be null"));

    private static IEnumerable<object[]> Counts()
    {
        (string Comparison, int Good)[] rows =
        [
            ("EQ", 1), ("NE", 1), ("LT", 1), ("LE", 1), ("GT", 1), ("GE", 1), ("CONTAINS", 1), ("NOT_CONTAINS", 1), ("BEGINS_WITH", 1),
            ("BETWEEN", 2), ("NULL", 0), ("NOT_NULL", 0),
        ];
        return rows.SelectMany(row => Enumerable.Range(0, 4).Select(values => new object[] { row.Comparison, values, values == row.Good }))
            .Concat(Enumerable.Range(0, 4).Select(values => new object[] { "IN", values, values > 0 }));
    }

    private static IEnumerable<object[]> Types()
    {
        (string Comparison, string[] Good)[] rows =
        [
            ("EQ", All), ("NE", All), ("LT", Scalars), ("LE", Scalars), ("GT", Scalars), ("GE", Scalars), ("CONTAINS", Scalars),
            ("NOT_CONTAINS", Scalars), ("IN", Scalars), ("BETWEEN", Scalars), ("BEGINS_WITH", [S, B]),
        ];
        return rows.SelectMany(row => All.Select(value => new object[] { row.Comparison, value, row.Good.Contains(value) }));
    }

    private static string Condition(string comparison, params string[] values) =>
        $"{{'a':{{'ComparisonOperator':'{comparison}','AttributeValueList':[{string.Join(",", values)}]}}}}";

    private static void AssertFault(string conditions, string? fault, string prefix = LegacyRequest.Invalid)
    {
        string? expected = fault is null ? null : prefix + fault;
        string? enveloped = expected is null ? null : LegacyRequest.Envelope + expected;
        string? query = LegacyRequest.FaultOf("Query", "'QueryFilter':" + conditions);
        Assert.Multiple(() =>
        {
            Assert.That(LegacyRequest.FaultOf("Scan", "'ScanFilter':" + conditions), Is.EqualTo(expected));
            Assert.That(LegacyRequest.FaultOf("PutItem", "'Expected':" + conditions), Is.EqualTo(enveloped));
            Assert.That(LegacyRequest.FaultOf("UpdateItem", "'Expected':" + conditions), Is.EqualTo(enveloped));
            Assert.That(query, fault is null ? Does.StartWith("Either the KeyConditions") : Is.EqualTo(expected));
        });
    }
}
