using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Compared;

/// <summary>
/// What two equal servers must say differently of equal requests: instants, and ids made of instants or of chance. Everything else they say
/// is compared byte by byte.
/// </summary>
/// <remarks>
/// Thread-safe. A client uses ids in later requests; it has seen those of one server, so they are translated into those of the other. Only
/// scalars are taken out, so an attribute of an item that has such a name is compared.
/// </remarks>
internal sealed partial class VolatileText
{
    private readonly ConcurrentDictionary<string, string> directIds = new(StringComparer.Ordinal);

    /// <summary>An answer without what must differ.</summary>
    public static string Mask(string answer) => Volatile().Replace(answer, "0");

    /// <summary>Capacity without its figures: a read that a cache answered consumes none.</summary>
    public static string MaskCapacity(string answer) => CapacityUnits().Replace(answer, "0");

    /// <summary>Notes which ids of the two servers stand for the same, from two answers that are equal but for them.</summary>
    public void Learn(string direct, string proxied)
    {
        foreach ((Match one, Match other) in Id().Matches(direct).Zip(Id().Matches(proxied)))
        {
            directIds[OfTest(other.Value)] = one.Value;
        }
    }

    /// <summary>
    /// A request whose client has seen the ids of the proxied server, as one that has seen those of the direct one would send it.
    /// </summary>
    public string Translate(string request) =>
        directIds.IsEmpty ? request : Id().Replace(request, id => directIds.GetValueOrDefault(OfTest(id.Value), id.Value));

    /// <summary>Ids that are instants may be the same in two tests that run at one time.</summary>
    private static string OfTest(string id) => $"{TestContext.CurrentContext.Test.ID} {id}";

    [GeneratedRegex(
        """(?<="(?:TableId|ShardIterator|NextShardIterator|eventID|SequenceNumber|StartingSequenceNumber|EndingSequenceNumber|RevisionId|LatestStreamLabel|StreamLabel)":)"[^"]+"|"""
        + """(?<="[A-Za-z]*(?:DateTime|Time)":)[0-9.E]+|(?<=revision id )\d+|"""
        + """(?<="DynamoDBContributorInsights-[^"]+-)\d+(?=")|(?<=/stream/)[0-9T:.-]+|(?<=/backup/)[0-9a-f-]+|shardId-\d+-[0-9a-f]+""")]
    private static partial Regex Volatile();

    [GeneratedRegex("""(?<="(?:CapacityUnits|ReadCapacityUnits)":)[0-9.]+""")]
    private static partial Regex CapacityUnits();

    [GeneratedRegex(
        """(?<="(?:ShardIterator|NextShardIterator|SequenceNumber|StartingSequenceNumber)":)"[^"]+"|(?<="(?:Expected)?RevisionId":)"[^"]+"|"""
        + """(?<=table/)[^/"]+/(?:stream|backup)/[^/"]+|shardId-\d+-[0-9a-f]+""")]
    private static partial Regex Id();
}
