using System.Buffers;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Writing;
using DaxProxy.Tests.Expressions;
using NUnit.Framework;

namespace DaxProxy.Tests.Wire.Dax;

public sealed class DaxAnswerTests
{
    /// <summary>Answers whose recorded bytes we would write in another way, and why.</summary>
    private static readonly Dictionary<string, string> WrittenOtherwise = new()
    {
        ["js1.get_alltypes.getItem"] = "members of sets are sorted here, and entries of maps come in the order of the item",
        ["js1.mantissa16.getItem"] = "the test server wrote every mantissa of more than 15 digits as bytes",
        ["js1.auth_required.getItem"] = "another name of the same refusal",
    };

    [TestCaseSource(typeof(DaxVectors), nameof(DaxVectors.DataRequests))]
    public void Answer_ReadAsAClientDoesAndWrittenAgain_IsTheRecordedBytes(object vector)
    {
        DaxVector request = (DaxVector)vector;
        IReadOnlyDictionary<int, AttributeNames> lists = DaxVectors.ListsOf(request.Session);
        DynamoError? error = DaxRequest.TryRead(
            request.Method, request.Bytes, DaxVectors.Tables, lists, ValidationProfile.October2026, out Operation? operation);
        Assert.That(error, Is.Null, error?.Message);
        AnswerReader reader = new(operation!, lists);
        byte[] recorded = request.Answer!.Bytes;
        byte[] written = Write(DaxAnswer.Of(operation!, reader.Read(recorded), DaxVectors.Tables, "req-0001"), lists);
        if (WrittenOtherwise.ContainsKey(request.Name[..^".request".Length]))
        {
            Assert.That(written, Is.Not.EqualTo(recorded), "no longer an exception");
            byte[] again = Write(DaxAnswer.Of(operation!, reader.Read(written), DaxVectors.Tables, "req-0001"), lists);
            Assert.That(Convert.ToHexStringLower(again), Is.EqualTo(Convert.ToHexStringLower(written)));
        }
        else
        {
            Assert.That(Convert.ToHexStringLower(written), Is.EqualTo(Convert.ToHexStringLower(recorded)));
        }
    }

    [Test]
    public void Item_OfNothingButItsKey_NeedsNoList()
    {
        KeySchema schema = new("pk", AttributeType.S);
        DaxAnswer answer = DaxAnswer.OfItem(schema, Item.FromAttributes(new() { ["pk"] = AttributeValue.FromString("x") }));
        Assert.That(answer.Lists, Is.Empty);
        Assert.That(Hex(answer, []), Is.EqualTo("80a1004101"));
        Assert.That(Hex(DaxAnswer.OfItem(schema, null), []), Is.EqualTo("80a0"));
    }

    [Test]
    public void Answer_OfLongTexts_TakesHardlyMoreMemoryThanItsOwnBytes()
    {
        const int Count = 40, Chars = 100_000;
        Item[] items = [.. Enumerable.Range(0, Count).Select(index => Item.FromAttributes(new()
        {
            ["pk"] = AttributeValue.FromString($"{index}"),
            ["data"] = AttributeValue.FromString(new string('y', Chars)),
        }))];
        Dictionary<string, TableInfo> tables = new()
        {
            ["T"] = new("T", "1", new KeySchema("pk", AttributeType.S), new Dictionary<string, IndexInfo>()),
        };
        BatchGetItem operation = new() { Tables = [new() { TableName = "T", Keys = [] }] };
        BatchGetItemReply reply = new() { Responses = [new("T", items)] };
        long before = GC.GetAllocatedBytesForCurrentThread();
        DaxAnswer answer = DaxAnswer.Of(operation, reply, tables, "id");
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(answer.Length, Is.GreaterThan(Count * Chars));
        Assert.That(allocated, Is.LessThan(answer.Length * 5L / 4), "in UTF-16 the texts would take twice as much besides");
    }

    [TestCase(2, "80a1004302" + "6178")]
    [TestCase(24, "80a10044" + "1818" + "6178")]
    [TestCase(256, "80a10045" + "190100" + "6178")]
    [TestCase(int.MaxValue, "80a10047" + "1a7fffffff" + "6178")]
    public void Item_WithANumberOfAnyWidth_HasTheLengthOfIt(int id, string expected)
    {
        AttributeMap attributes = new() { ["pk"] = AttributeValue.FromString("k"), ["v"] = AttributeValue.FromString("x") };
        DaxAnswer answer = DaxAnswer.OfItem(new("pk", AttributeType.S), Item.FromAttributes(attributes));
        Assert.That(answer.Lists, Is.EqualTo(new[] { new AttributeNames(["v"]) }));
        Assert.That(Hex(answer, [id]), Is.EqualTo(expected));
    }

    [Test]
    public void Errors_OfEveryName_HaveTheNumbersClientsKnow()
    {
        Dictionary<string, int[]> known = new()
        {
            ["ProvisionedThroughputExceededException"] = [4, 37, 38, 39, 40],
            ["ResourceNotFoundException"] = [4, 37, 38, 39, 41],
            ["ConditionalCheckFailedException"] = [4, 37, 38, 39, 43],
            ["ResourceInUseException"] = [4, 37, 38, 39, 45],
            ["ValidationException"] = [4, 37, 38, 39, 46],
            ["ItemCollectionSizeLimitExceededException"] = [4, 37, 38, 39, 48],
            ["LimitExceededException"] = [4, 37, 38, 39, 49],
            ["ThrottlingException"] = [4, 37, 38, 39, 50],
            ["TransactionConflictException"] = [4, 37, 38, 39, 57],
            ["TransactionCanceledException"] = [4, 37, 38, 39, 58],
            ["TransactionInProgressException"] = [4, 37, 38, 39, 59],
            ["IdempotentParameterMismatchException"] = [4, 37, 38, 39, 60],
            ["RequestLimitExceeded"] = [4, 37, 38, 39, 61],
            ["MissingAuthenticationTokenException"] = [4, 23, 31, 33],
            ["AccessDeniedException"] = [4, 37, 38, 42],
            ["NotImplementedException"] = [4, 37, 38, 44],
        };
        foreach ((string name, int[] codes) in known)
        {
            Assert.That(DaxErrorCodes.Of(DynamoError.Modelled(name, "")), Is.EqualTo(codes), name);
        }

        Assert.That(DaxErrorCodes.Of(TransportFaults.InternalServerError), Is.EqualTo(new[] { 1, 37, 38, 39, 47 }));
        Assert.That(
            Hex(DaxAnswer.Of(TransportFaults.NotJson, "r"), []), Does.StartWith("850418251826182718" + "2e" + "60"),
            "no text is an empty one");
    }

    [Test]
    public void Projection_OfRandomItems_IsPutTogetherAgainByItsPaths([Range(1, 20)] int seed)
    {
        Random random = new(seed);
        int nested = 0;
        for (int round = 0; round < 300; round++)
        {
            ProjectionExpression projection = new(Paths(random));
            AttributeMap part = projection.Apply(Dense(random, 4).Map);
            List<KeyValuePair<int, AttributeValue>> values = ProjectionParts.Of(projection, part);
            nested += values.Count(value => projection.Paths[value.Key].IsNested);
            AttributeMap again = PartsTogether.Of(
                [.. values.Select(value => new KeyValuePair<DocumentPath, AttributeValue>(projection.Paths[value.Key], value.Value))]);
            Assert.That(
                AttributeValue.FromMap(again),
                Is.EqualTo(AttributeValue.FromMap(part)),
                $"seed {seed}: {string.Join(", ", projection.Paths)} of {AttributeValue.FromMap(part)}");
        }

        Assert.That(nested, Is.GreaterThan(50));
    }

    /// <summary>A map of maps and lists in which most short paths lead somewhere, and some miss.</summary>
    private static AttributeValue Dense(Random random, int depth)
    {
        if (depth == 0 || (depth < 4 && random.Next(8) == 0))
        {
            return Doc.N(random.Next(1000));
        }

        if (depth == 4 || random.Next(2) == 0)
        {
            AttributeMap map = [];
            foreach (string name in (string[])["a", "b", "c"])
            {
                if (random.Next(5) > 0)
                {
                    map.Add(name, Dense(random, depth - 1));
                }
            }

            return AttributeValue.FromMap(map);
        }

        return AttributeValue.FromList([.. Enumerable.Range(0, random.Next(5)).Select(_ => Dense(random, depth - 1))]);
    }

    private static List<DocumentPath> Paths(Random random)
    {
        // Whether names or indexes follow a way is decided by the way, so that paths do not conflict.
        int shape = random.Next();
        List<DocumentPath> paths = [];
        for (int i = random.Next(2, 12); i > 0; i--)
        {
            List<PathElement> path = [new PathElement(((string[])["a", "b", "c"])[random.Next(3)])];
            for (int length = random.Next(4); length > 0; length--)
            {
                bool isIndex = ((shape >> path.Count) & 1) == 0;
                path.Add(isIndex ? new PathElement(random.Next(4)) : new PathElement(((string[])["a", "b", "c"])[random.Next(3)]));
            }

            DocumentPath candidate = new(path);
            if (!paths.Exists(other => Overlaps(other, candidate)))
            {
                paths.Add(candidate);
            }
        }

        return paths;
    }

    private static bool Overlaps(DocumentPath one, DocumentPath other)
    {
        int common = Math.Min(one.Elements.Count, other.Elements.Count);
        for (int level = 0; level < common; level++)
        {
            if (one.Elements[level] != other.Elements[level])
            {
                return one.Elements[level].IsIndex != other.Elements[level].IsIndex;
            }
        }

        return true;
    }

    private static string Hex(DaxAnswer answer, int[] ids) => Convert.ToHexStringLower(Write(answer, ids));

    private static byte[] Write(DaxAnswer answer, IReadOnlyDictionary<int, AttributeNames> lists)
    {
        return Write(answer, [.. answer.Lists.Select(names => lists.Single(list => list.Value.Equals(names)).Key)]);
    }

    /// <summary>Its bytes, which are the same whatever the pieces are that it is written in.</summary>
    private static byte[] Write(DaxAnswer answer, int[] ids)
    {
        ArrayBufferWriter<byte> output = new();
        answer.Write(ids, output);
        foreach (int pieceBytes in (IEnumerable<int>)[1, 2, 3, 7, 64])
        {
            ArrayBufferWriter<byte> pieces = new();
            for (int at = 0; at < answer.Length;)
            {
                int end = answer.Write(ids, at, pieceBytes, pieces);
                Assert.That(end, Is.EqualTo(Math.Min(at + pieceBytes, answer.Length)));
                at = end;
            }

            Assert.That(Convert.ToHexStringLower(pieces.WrittenSpan), Is.EqualTo(Convert.ToHexStringLower(output.WrittenSpan)));
        }

        return output.WrittenSpan.ToArray();
    }
}
