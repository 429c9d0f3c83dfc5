using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>Query: key conditions of every kind, on sort keys of every type, in the service's order.</summary>
public sealed class QueryKeyTests(Stack stack) : ConformanceTest(stack)
{
    // In the order of the service: UTF-8 bytes (not UTF-16, not culture), value, unsigned bytes.
    private static readonly string[] Strings = ["A", "B", "a", "ab", "abc", "b", "é", "￿", "😀"];
    private static readonly string[] Numbers = ["-1e100", "-20", "-3", "-0.5", "0", "0.25", "1", "2", "10", "1e100"];
    private static readonly string[] Binaries = ["AA==", "AAA=", "AQ==", "fw==", "f/8=", "gA==", "/wA=", "//8="];

    private static readonly Dictionary<string, string[]> Keys = new() { ["S"] = Strings, ["N"] = Numbers, ["B"] = Binaries };

    private static IEnumerable<TestCaseData> Conditions()
    {
        foreach (string type in Keys.Keys)
        {
            yield return new(type, "= :a", (Func<int, int, int, bool>)((i, a, _) => i == a));
            yield return new(type, "< :a", (Func<int, int, int, bool>)((i, a, _) => i < a));
            yield return new(type, "<= :a", (Func<int, int, int, bool>)((i, a, _) => i <= a));
            yield return new(type, "> :a", (Func<int, int, int, bool>)((i, a, _) => i > a));
            yield return new(type, ">= :a", (Func<int, int, int, bool>)((i, a, _) => i >= a));
            yield return new(type, "BETWEEN :a AND :b", (Func<int, int, int, bool>)((i, a, b) => i >= a && i <= b));
        }
    }

    [TestCaseSource(nameof(Conditions))]
    public async Task Operator_OnTheSortKey_SelectsInOrder(string type, string condition, Func<int, int, int, bool> selects)
    {
        string[] keys = await FillAsync(type);
        int last = keys.Length - 1;
        foreach ((int a, int b) in new[] { (0, last), (last / 2, last - 1), (last, last), (0, 0), (2, 4) })
        {
            string high = condition.Contains(":b", StringComparison.Ordinal) ? $",':b':{{'{type}':'{keys[b]}'}}" : "";
            string values = $"{{':p':{{'S':'k'}},':a':{{'{type}':'{keys[a]}'}}{high}}}";
            string[] expected = [.. keys.Where((_, i) => selects(i, a, b))];
            Assert.That(await SelectAsync("s " + condition, values, true), Is.EqualTo(expected));
            Assert.That(await SelectAsync("s " + condition, values, false), Is.EqualTo(expected.Reverse()));
        }
    }

    [TestCase("S", "a", "a,ab,abc")]
    [TestCase("S", "ab", "ab,abc")]
    [TestCase("S", "é", "é")]
    [TestCase("S", "z", "")]
    [TestCase("B", "AA==", "AA==,AAA=")]
    [TestCase("B", "/w==", "/wA=,//8=")]
    [TestCase("B", "fw==", "fw==,f/8=")]
    public async Task BeginsWith_SelectsTheLongerOnes(string type, string prefix, string expected)
    {
        await FillAsync(type);
        string values = $"{{':p':{{'S':'k'}},':a':{{'{type}':'{prefix}'}}}}";
        Assert.That(
            await SelectAsync("begins_with(s, :a)", values, true), Is.EqualTo(expected.Split(',', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Test]
    public async Task BeginsWith_OfANumber_IsRefused()
    {
        await MakeTableAsync(new TableShape("p:S s:N"));
        Assert.That((await SendAsync("Query", "{'TableName':'$T','KeyConditionExpression':'p = :p AND begins_with(s, :a)',"
            + "'ExpressionAttributeValues':{':p':{'S':'k'},':a':{'N':'1'}}}")).Error, Is.EqualTo("ValidationException: "
            + "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"));
    }

    [TestCase("p = :p AND s >= :a")]
    [TestCase("s >= :a AND p = :p")]
    [TestCase("(p = :p) AND (s >= :a)")]
    [TestCase(":p = p AND :a <= s")]
    public async Task Condition_WrittenInAnotherWay_IsTheSame(string condition)
    {
        string[] keys = await FillAsync("N");
        string[] found = await SelectRawAsync(condition, $"{{':p':{{'S':'k'}},':a':{{'N':'1.0'}}}}", true);
        Assert.That(found, Is.EqualTo(Plainly(keys[6..])));
    }

    private static string[] Plainly(IEnumerable<string> keys) => [.. keys.Select(key => key switch
    {
        "1e100" => "1" + new string('0', 100),
        "-1e100" => "-1" + new string('0', 100),
        _ => key,
    })];

    private async Task<string[]> FillAsync(string type)
    {
        await MakeTableAsync(new TableShape($"p:S s:{type}"));
        string[] keys = Keys[type];
        foreach (string key in keys.Reverse())
        {
            await PutAsync($"{{'p':{{'S':'k'}},'s':{{'{type}':'{key}'}}}}");
        }

        await PutAsync($"{{'p':{{'S':'other'}},'s':{{'{type}':'{keys[0]}'}}}}");
        return Plainly(keys);
    }

    private Task<string[]> SelectAsync(string condition, string values, bool isForward) =>
        SelectRawAsync("p = :p AND " + condition, values, isForward);

    private async Task<string[]> SelectRawAsync(string condition, string values, bool isForward)
    {
        QueryRequest request = Pages.Query(Table, condition, values);
        request.ScanIndexForward = isForward;
        QueryResponse reply = await Sdk.QueryAsync(request);
        return [.. reply.Items.Select(item => item["s"]).Select(key => key.S ?? key.N ?? Convert.ToBase64String(key.B.ToArray()))];
    }
}
