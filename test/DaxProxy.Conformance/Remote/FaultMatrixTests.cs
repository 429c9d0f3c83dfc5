using System.Collections.Concurrent;
using NUnit.Framework;

namespace DaxProxy.Conformance.Remote;

/// <summary>
/// Every fault on the way to the backend, for every kind of request: what the client sees, what arrives there, what a read shows
/// afterwards.
/// </summary>
/// <remarks>One proxy for all cases. Each has a key of its own, by which the link knows which requests to harm.</remarks>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class FaultMatrixTests
{
    private const string Internal = "InternalServerError";
    private const string Throttled = "ProvisionedThroughputExceededException";

    // fault                        status error                          done   leaves behind
    private static readonly FaultCase[] Cases =
    [
        new(LinkFault.ResetBefore,     500, Internal,                      false, Leaves.Doubt),
        new(LinkFault.ResetAfter,      500, Internal,                      true,  Leaves.Doubt),
        new(LinkFault.HangBefore,      500, Internal,                      false, Leaves.Doubt),
        new(LinkFault.HangAfter,       500, Internal,                      true,  Leaves.Doubt),
        new(LinkFault.Truncated,       500, Internal,                      true,  Leaves.Doubt),
        new(LinkFault.Corrupt,         500, Internal,                      true,  Leaves.Doubt),
        new(LinkFault.CorruptChecksum, 500, Internal,                      true,  Leaves.Doubt),
        new(LinkFault.Error500,        500, Internal,                      false, Leaves.Doubt),
        new(LinkFault.Error500After,   500, Internal,                      true,  Leaves.Doubt),
        new(LinkFault.Html503,         500, Internal,                      false, Leaves.Doubt),
        new(LinkFault.Throttle,        400, Throttled,                     false, Leaves.Old),
        new(LinkFault.UnknownKey,      400, "UnrecognizedClientException", false, Leaves.Old),
        new(LinkFault.WrongSecret,     400, "InvalidSignatureException",   false, Leaves.Old),
        new(LinkFault.ExpiredSession,  400, "ExpiredTokenException",       false, Leaves.Old),
        new(LinkFault.Slow,            200, null,                          true,  Leaves.New),
        new(LinkFault.Gzip,            200, null,                          true,  Leaves.New),
    ];

    private static readonly Dictionary<string, Func<string, string>> Writes = new()
    {
        ["PutItem"] = key => $"{{'TableName':'Tab','Item':{Item(key, 2)}}}",
        ["UpdateItem"] = key => $"{{'TableName':'Tab','Key':{Key(key)},'UpdateExpression':'SET v = :v','ExpressionAttributeValues':{{':v':{{'N':'2'}}}}}}",
        ["DeleteItem"] = key => $"{{'TableName':'Tab','Key':{Key(key)}}}",
        ["BatchWriteItem"] = key => $"{{'RequestItems':{{'Tab':[{{'PutRequest':{{'Item':{Item(key, 2)}}}}}]}}}}",
        ["TransactWriteItems"] = key => $"{{'TransactItems':[{{'Put':{{'TableName':'Tab','Item':{Item(key, 2)}}}}}]}}",
    };

    private static readonly Dictionary<string, Func<string, string>> Reads = new()
    {
        ["GetItem"] = key => $"{{'TableName':'Tab','Key':{Key(key)}}}",
        ["BatchGetItem"] = key => $"{{'RequestItems':{{'Tab':{{'Keys':[{Key(key)}]}}}}}}",
        ["TransactGetItems"] = key => $"{{'TransactItems':[{{'Get':{{'TableName':'Tab','Key':{Key(key)}}}}}]}}",
        ["Query"] = key => $"{{'TableName':'Tab','KeyConditionExpression':'k = :k','ExpressionAttributeValues':{{':k':{{'S':'{key}'}}}}}}",
    };

    private readonly ConcurrentDictionary<string, (string Operation, LinkFault Fault)> harmed = new();
    private FaultRig rig = null!;

    private static IEnumerable<TestCaseData> EveryWrite => Each(Writes.Keys, Cases);

    private static IEnumerable<TestCaseData> EveryRead => Each(Reads.Keys, Cases);

    /// <summary>
    /// What a verb that is passed on as it is makes of a damaged body is the client's to find: the checksum travels with it.
    /// </summary>
    private static IEnumerable<TestCaseData> EveryForwarded => Each(
        ["ListTables"],
        Cases.Where(row => row.Fault
            is not (LinkFault.Truncated or LinkFault.Corrupt or LinkFault.CorruptChecksum or LinkFault.Html503 or LinkFault.Gzip)));

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        rig = await FaultRig.StartAsync();
        await rig.CreateTableAsync();
        rig.Link.FaultOf = request => harmed.FirstOrDefault(entry => request.Operation == entry.Value.Operation
            && request.Text.Contains($"\"{entry.Key}\"", StringComparison.Ordinal)).Value.Fault;
    }

    [OneTimeTearDown]
    public Task StopAsync() => rig.DisposeAsync().AsTask();

    [TestCaseSource(nameof(EveryWrite))]
    public async Task Write_ThatMeetsAFault_IsNeverRepeated_AndWhatIsReadAfterwardsIsTrue(string operation, object row)
    {
        FaultCase expected = (FaultCase)row;
        string key = await WriteFirstAsync($"{operation}-{row}");
        await ReadAsync("Query", key);

        WireReply write = await HarmAsync(operation, Writes[operation](key), key, expected);
        AssertSeen(write, expected);
        Assert.That(
            ArrivedOf(operation, key), expected.Leaves == Leaves.Old ? Is.GreaterThan(0) : Is.EqualTo(operation == "PutItem" ? 2 : 1));

        WireReply read = await ReadAsync("GetItem", key), page = await ReadAsync("Query", key);
        string version = !expected.IsDone ? "'1'" : operation == "DeleteItem" ? "" : "'2'";
        Assert.That(read["Item.v.N"] ?? "", Is.EqualTo(version));
        Assert.That(page["Items.0.v.N"] ?? "", Is.EqualTo(version));
        bool isSingle = operation is not ("BatchWriteItem" or "TransactWriteItems");
        Assert.That(read.CacheStatus, expected.Leaves switch
        {
            Leaves.Doubt => Is.EqualTo("DaxProxy; fwd=miss"),

            // Where the proxy gives it a token, to be able to repeat it, its answer may be that of a repetition and tells nothing of the
            // items.
            Leaves.New when operation == "TransactWriteItems" => Does.Contain("; hit").Or.EqualTo("DaxProxy; fwd=miss; stored"),
            Leaves.Old when !isSingle => Is.EqualTo("DaxProxy; fwd=miss; stored"),
            _ => Does.Contain("; hit"),
        });
    }

    [TestCaseSource(nameof(EveryRead))]
    public async Task Read_ThatMeetsAFault_LeavesNothingFalseBehind(string operation, object row)
    {
        (FaultCase expected, string key) = ((FaultCase)row, $"{operation}-{row}");
        await rig.Direct.SendAsync("PutItem", $"{{'TableName':'Tab','Item':{Item(key, 1)}}}");
        AssertSeen(await HarmAsync(operation, Reads[operation](key), key, expected), expected);

        Assert.That((await ReadAsync(operation, key)).Text, Does.Contain("\"1\""));
        Assert.That((await ReadAsync("GetItem", key))["Item.v.N"], Is.EqualTo("'1'"));
        Assert.That(ArrivedOf(operation, key), Is.GreaterThan(0));
    }

    [TestCaseSource(nameof(EveryForwarded))]
    public async Task ForwardedVerb_ThatMeetsAFault_FailsAsTheServiceDoes(string operation, object row)
    {
        (FaultCase expected, string key) = ((FaultCase)row, $"{operation}-{row}");
        AssertSeen(await HarmAsync(operation, $"{{'ExclusiveStartTableName':'{key}'}}", key, expected), expected);
        Assert.That((await rig.OkAsync(operation, $"{{'ExclusiveStartTableName':'{key}'}}")).Text, Does.Contain("TableNames"));
    }

    private static IEnumerable<TestCaseData> Each(IEnumerable<string> operations, IEnumerable<FaultCase> rows) =>
        from row in rows from operation in operations select new TestCaseData(operation, row).SetArgDisplayNames(operation, row.ToString());

    private static void AssertSeen(WireReply reply, FaultCase expected)
    {
        Assert.That(reply.Status, Is.EqualTo(expected.Status), reply.Text);
        Assert.That(reply.Error?.Split(':')[0], Is.EqualTo(expected.Error));
    }

    private static string Key(string key) => $"{{'k':{{'S':'{key}'}}}}";

    private static string Item(string key, int version) => $"{{'k':{{'S':'{key}'}},'v':{{'N':'{version}'}}}}";

    /// <summary>
    /// Writes an item that the cache then has. Where two keys share a fence follows from a secret seed, so one in a thousand names meets
    /// that of another test whose write is in doubt: then another name does.
    /// </summary>
    private async Task<string> WriteFirstAsync(string name)
    {
        string status = "";
        for (int attempt = 0; attempt < 3; attempt++)
        {
            string key = name + new string('+', attempt);
            await rig.OkAsync("PutItem", $"{{'TableName':'Tab','Item':{Item(key, 1)}}}");
            status = (await ReadAsync("GetItem", key)).CacheStatus ?? "";
            if (status.Contains("; hit", StringComparison.Ordinal))
            {
                return key;
            }
        }

        throw new AssertionException($"A write leaves its item behind, but: {status}");
    }

    private Task<WireReply> ReadAsync(string operation, string key) => rig.OkAsync(operation, Reads[operation](key));

    private int ArrivedOf(string operation, string key) => rig.Link.Requests.Count(request =>
        request.Operation == operation && request.Text.Contains($"\"{key}\"", StringComparison.Ordinal));

    private async Task<WireReply> HarmAsync(string operation, string json, string key, FaultCase expected)
    {
        harmed[key] = (operation, expected.Fault);
        WireReply reply = await rig.Wire.SendAsync(operation, json);
        harmed.TryRemove(key, out _);
        return reply;
    }
}
