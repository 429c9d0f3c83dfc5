using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Policies;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Tests.Engine;
using NUnit.Framework;

namespace DaxProxy.Tests.Policies;

/// <summary>What permission each verb of the API asks for.</summary>
public sealed class DemandsTests
{
    private const string Stream = "'arn:aws:dynamodb:us-east-1:000000000000:table/tab/stream/2026-01-01T00:00:00.000'";

    private static readonly Dictionary<string, string> OfPartiql = new(StringComparer.Ordinal)
    {
        ["ExecuteStatement"] = "'Statement':'SELECT * FROM tab'",
        ["BatchExecuteStatement"] = "'Statements':[{'Statement':'SELECT * FROM tab'}]",
        ["ExecuteTransaction"] = "'TransactStatements':[{'Statement':'SELECT * FROM tab'}]",
    };

    private static IEnumerable<Verb> Verbs => JsonVerbs.ByVerb.Keys;

    /// <summary>A verb that is forgotten is refused to nearly all callers, as it could be about any resource.</summary>
    [TestCaseSource(nameof(Verbs))]
    public void Verb_SaysWhatItIsAbout(Verb verb)
    {
        string request = RequestOf(verb.Name);
        using JsonDocument body = JsonDocument.Parse($"{{{request}}}");
        Assert.That(
            JsonRequest.TryRead(verb.Target, body.RootElement, ValidationProfile.October2026, out Operation? operation), Is.Null);
        IReadOnlyList<Demand> demands = new Demands(new ResourceNames("us-east-1", "000000000000", keepsOthers: false)).Of(operation!);

        Assert.Multiple(() =>
        {
            Assert.That(demands, Is.Not.Empty);
            Assert.That(demands.Where(static demand => demand.IsResourceUnknown), Is.Empty);
            Assert.That(
                demands.Any(static demand => demand.Resource == Demand.Any),
                Is.EqualTo(request.Length == 0),
                "only a request that names nothing is about the account");
        });
    }

    private static string RequestOf(string operation) =>
        OfPartiql.GetValueOrDefault(operation, EveryOperationTests.Requests.GetValueOrDefault(operation, "'TableName':'tab'"))
            .Replace("$recovery", "", StringComparison.Ordinal)
            .Replace(
                "$backup", "'arn:aws:dynamodb:us-east-1:000000000000:table/tab/backup/01700000000000-01234567'", StringComparison.Ordinal)
            .Replace("$iterator", Stream[..^1] + "|1|where'", StringComparison.Ordinal)
            .Replace("$stream", Stream, StringComparison.Ordinal)
            .Replace("$shard", "'shardId-00000001700000000000-01234567'", StringComparison.Ordinal)
            .Replace('\'', '"');
}
