using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>
/// Vector indexes and SearchVectors. Texts and scores are answers of DynamoDB of August 2026 that nubo-db/dynamodb-conformance and
/// nubo-db/dynoxide recorded, unless a test says something else.
/// </summary>
public static class VectorIndexTests
{
    private const string Keys = "'TableName':'$T','KeySchema':[{'AttributeName':'p','KeyType':'HASH'}]";
    private const string PerRequest = "'BillingMode':'PAY_PER_REQUEST'";
    private const string PlainTypes = "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'}]";
    private const string Invalid = "ValidationException: One or more parameter values were invalid";

    private const string Searchable = "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},"
        + "{'AttributeName':'tenant','AttributeType':'S'},{'AttributeName':'rank','AttributeType':'N'}]";

    private const string Schema = "'SearchSchema':[{'AttributeName':'tenant','SearchSchemaElementType':'HASH'},"
        + "{'AttributeName':'rank','SearchSchemaElementType':'INLINE_FILTER'}]";

    private static string Index(
        string name, string function = "COSINE", int dimensions = 3, string projection = "'ProjectionType':'ALL'", string? schema = null) =>
        $"{{'IndexName':'{name}','VectorAttribute':{{'AttributeName':'emb'}},'Dimensions':{dimensions},'DistanceFunction':'{function}',"
        + $"'Projection':{{{projection}}}{(schema is null ? "" : "," + schema)}}}";

    private static string Vector(params string[] numbers) => string.Join(',', numbers.Select(number => $"{{'N':'{number}'}}"));

    public sealed class Definitions(Stack stack) : ConformanceTest(stack)
    {
        private static IEnumerable<TestCaseData> BadTables()
        {
            yield return Bad($"{PlainTypes},'ProvisionedThroughput':{{'ReadCapacityUnits':5,'WriteCapacityUnits':5}}", Index("vix"),
                ": Vector indexes are only supported for PAY_PER_REQUEST tables");
            yield return Bad($"{PlainTypes},{PerRequest}", Index("vix", schema: "'SearchSchema':[{'AttributeName':'tenant','SearchSchemaElementType':'HASH'}]"),
                ": One element in SearchSchema is not defined in attribute definitions");
            yield return Bad(
                $"{PlainTypes},{PerRequest}", Index("vix", dimensions: 4097),
                ": Number of dimensions must be between 1 and 4096 inclusive.");
            yield return Bad($"{PlainTypes},{PerRequest}", string.Join(',', Enumerable.Range(0, 6).Select(i => Index($"vix-{i}"))),
                ": VectorIndex count exceeds the per-table limit of 5");
            yield return Bad($"{PlainTypes},{PerRequest}", $"{Index("vix")},{Index("vix2", dimensions: 4)}",
                ": Conflicting attribute definition for 'emb'. All VectorIndexes on the same vector attribute must use the same dimensions.");
            yield return Bad($"{PlainTypes[..^1]},{{'AttributeName':'emb','AttributeType':'S'}}],{PerRequest}", Index("vix"),
                ": Conflicting attribute definition for 'emb'. An attribute cannot be defined in AttributeDefinitions when used as a VectorAttribute.");
            yield return Bad($"{PlainTypes},{PerRequest}", $"{Index("vix")},{Index("vix")}", ": Duplicate index name: vix");
        }

        private static TestCaseData Bad(string table, string indexes, string error) => new(table, indexes, error);

        [TestCaseSource(nameof(BadTables))]
        public async Task CreateTable_WithABadIndex_IsRefused(string table, string indexes, string error) => Assert.That(
            (await SendAsync("CreateTable", $"{{{Keys},{table},'VectorIndexes':[{indexes}]}}")).Error, Is.EqualTo(Invalid + error));

        [Test]
        public async Task Index_OfANewTable_IsDescribed()
        {
            await SendAsync("CreateTable", $"{{{Keys},{Searchable},{PerRequest},'VectorIndexes':[{Index("vix", schema: Schema)}]}}");
            WireReply described = await SendAsync("DescribeTable", "{'TableName':'$T'}");
            Assert.That(described["Table.VectorIndexes.0.IndexArn"], Does.EndWith($":table/{Table}/index/vix'"));
            Assert.That(described["Table.VectorIndexes.0.SearchSchema"], Is.EqualTo(Schema["'SearchSchema':".Length..]));
            Assert.That(described["Table.VectorIndexes.0.VectorAttribute.AttributeName"], Is.EqualTo("'emb'"));
            Assert.That(described["Table.VectorIndexes.0.Dimensions"], Is.EqualTo("3"));
            Assert.That(described["Table.VectorIndexes.0.DistanceFunction"], Is.EqualTo("'COSINE'"));
            Assert.That(described["Table.VectorIndexes.0.IndexStatus"], Is.EqualTo("'ACTIVE'"));
            Assert.That(described["Table.VectorIndexes.0.Backfilling"], Is.Null);
        }

        [Test]
        public async Task Updates_ThatDoNotFit_AreRefused()
        {
            await SendAsync("CreateTable", $"{{{Keys},{PlainTypes},{PerRequest},'VectorIndexes':[{Index("vix")}]}}");
            Assert.That(await UpdateAsync($"{{'Create':{Index("one")}}},{{'Create':{Index("two")}}}"), Is.EqualTo(
                "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"));
            Assert.That(await UpdateAsync($"{{'Create':{Index("vix")}}}"),
                Is.EqualTo("ValidationException: Attempting to create an index which already exists"));
            Assert.That(
                await UpdateAsync($"{{'Create':{Index("one", dimensions: 2)}}}"),
                Does.StartWith(Invalid + ": Conflicting attribute definition"));
            Assert.That(
                await UpdateAsync($"{{'Create':{Index("one").Replace("'emb'", "'p'", StringComparison.Ordinal)}}}"), Is.EqualTo(Invalid
                    + ": Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. Existing schema: "
                    + "Schema:[SchemaElement: key{p:S:HASH}] New schema: VectorIndexSchema:[VectorAttribute: key{p:L:3}]"));
            Assert.That(await UpdateAsync("{'Delete':{'IndexName':'none'}}"), Does.StartWith("ResourceNotFoundException"));
            Assert.That(
                (await SendAsync("UpdateTable", "{'TableName':'$T','BillingMode':'PROVISIONED',"
                    + "'ProvisionedThroughput':{'ReadCapacityUnits':1,'WriteCapacityUnits':1}}")).Error,
                Is.EqualTo(Invalid + ": Vector indexes are only supported for PAY_PER_REQUEST tables"));
        }

        [Test]
        public async Task Index_AddedAndTakenAway_ComesAndGoes()
        {
            if (Stack.IsRemote)
            {
                Assert.Ignore("Where two engines are compared, one may be searched before the other is ready.");
            }

            await SendAsync("CreateTable", $"{{{Keys},{PlainTypes},{PerRequest}}}");
            await PutAsync($"{{'p':{{'S':'a'}},'tenant':{{'S':'x'}},'emb':{{'L':[{Vector("1", "0", "0")}]}}}}");
            Assert.That(await UpdateAsync($"{{'Create':{Index("vix", schema: Schema)}}}", "," + Searchable), Is.Null);
            WireReply found;
            int turns = 0;
            do
            {
                Assert.That(turns++, Is.LessThan(10_000), "searches until the index is complete");
                found = await SendAsync(
                    "SearchVectors", $"{{'TableName':'$T','IndexName':'vix','TopK':1,'SearchVector':[{Vector("1", "0", "0")}],"
                    + "'SearchConditionExpression':'tenant = :t','ExpressionAttributeValues':{':t':{'S':'x'}}}");
                Assert.That(found.Error, Is.Null.Or.EqualTo("ValidationException: Cannot search backfilling vector index: vix"));
            }
            while (found.Error is not null);

            Assert.That(found["SearchResults.0.Item.p.S"], Is.EqualTo("'a'"));
            Assert.That(await UpdateAsync("{'Delete':{'IndexName':'vix'}}"), Is.Null);
            Assert.That((await SendAsync("DescribeTable", "{'TableName':'$T'}"))["Table.VectorIndexes"], Is.Null);
        }

        private async Task<string?> UpdateAsync(string updates, string more = "") =>
            (await SendAsync("UpdateTable", $"{{'TableName':'$T','VectorIndexUpdates':[{updates}]{more}}}")).Error;
    }

    public sealed class Writes(Stack stack) : ConformanceTest(stack)
    {
        [SetUp]
        public Task MakeTableAsync() =>
            SendAsync("CreateTable", $"{{{Keys},{Searchable},{PerRequest},'VectorIndexes':[{Index("vix", schema: Schema)}]}}");

        [TestCase("'emb':{'S':'x'}", "Invalid type for parameter emb, Expected: 32-bit floating point number list IndexName: vix")]
        [TestCase("'emb':{'L':[{'N':'1'}]}", "Invalid size for parameter emb, Expected: 3, Actual: 1 IndexName: vix")]
        [TestCase("'emb':{'L':[{'N':'1'},{'S':'x'},{'N':'1'}]}",
            "Invalid type for parameter emb[1], Expected: 32-bit floating point number, Actual: S. IndexName: vix")]
        [TestCase("'tenant':{'N':'1'}", "Attribute 'tenant' type mismatch. Expected: S, Actual: N. IndexName: vix")]
        [TestCase("'rank':{'S':'x'}", "Attribute 'rank' type mismatch. Expected: N, Actual: S. IndexName: vix")]
        public async Task Item_ThatDoesNotFit_IsRefused(string attribute, string error)
        {
            Assert.That((await SendAsync("PutItem", $"{{'TableName':'$T','Item':{{'p':{{'S':'a'}},{attribute}}}}}")).Error,
                Is.EqualTo($"{Invalid}. {error}"));
            string name = attribute[1..attribute.IndexOf(':', StringComparison.Ordinal)].TrimEnd('\'');
            string value = attribute[(attribute.IndexOf(':', StringComparison.Ordinal) + 1)..];
            Assert.That(
                (await SendAsync("UpdateItem", "{'TableName':'$T','Key':{'p':{'S':'a'}},'UpdateExpression':'SET #n = :v',"
                    + $"'ExpressionAttributeNames':{{'#n':'{name}'}},'ExpressionAttributeValues':{{':v':{value}}}}}")).Error,
                Is.EqualTo($"{Invalid}. {error}"));
        }

        [Test]
        public async Task Number_BeyondAFloat_IsRefused() => Assert.That(
            (await SendAsync(
                "PutItem", $"{{'TableName':'$T','Item':{{'p':{{'S':'a'}},'emb':{{'L':[{Vector("1", "0", "1E39")}]}}}}}}")).Error,
            Does.StartWith($"{Invalid}. Invalid value for parameter emb[2], Value: ")
                .And.EndWith(" is outside valid range [-3.4028235E38, 3.4028235E38]. IndexName: vix"));

        [Test]
        public async Task Item_WithoutAllOfIt_IsWrittenAndNotFound()
        {
            await PutAsync($"{{'p':{{'S':'a'}},'emb':{{'L':[{Vector("1", "0", "0")}]}}}}");
            await PutAsync("{'p':{'S':'b'},'tenant':{'S':'x'}}");
            await PutAsync($"{{'p':{{'S':'c'}},'tenant':{{'S':'x'}},'emb':{{'L':[{Vector("1", "0", "0")}]}}}}");
            WireReply found =
                await SendAsync("SearchVectors", $"{{'TableName':'$T','IndexName':'vix','TopK':9,'SearchVector':[{Vector("1", "0", "0")}],"
                    + "'SearchConditionExpression':'tenant = :t','ExpressionAttributeValues':{':t':{'S':'x'}}}");
            Assert.That(found["SearchResults"], Is.EqualTo("[{'Item':{'p':{'S':'c'},'tenant':{'S':'x'}},'Score':0}]"));
        }

        [Test]
        public async Task Capacity_OfAWrite_TellsTheBytes()
        {
            const string Item = "'Item':{'p':{'S':'a'},'tenant':{'S':'x'},'emb':{'L':[{'N':'1'},{'N':'0'},{'N':'0'}]}}";
            WireReply first = await SendAsync("PutItem", $"{{'TableName':'$T','ReturnConsumedCapacity':'INDEXES',{Item}}}");
            Assert.That(first["ConsumedCapacity.VectorIndexes"], Is.EqualTo("{'vix':{'VectorWriteRequestBytes':1024.0}}"));
            WireReply second = await SendAsync("PutItem", $"{{'TableName':'$T','ReturnConsumedCapacity':'INDEXES',{Item}}}");
            Assert.That(second["ConsumedCapacity.VectorIndexes"], Is.Null);
            Assert.That(second["ConsumedCapacity.CapacityUnits"], Is.EqualTo("1.0"));
        }
    }

    public sealed class Searches(Stack stack) : ConformanceTest(stack)
    {
        [SetUp]
        public async Task MakeTableAsync()
        {
            await SendAsync(
                "CreateTable", $"{{{Keys},{Searchable},{PerRequest},'VectorIndexes':[{Index("plain")},{Index("schema", schema: Schema)},"
                + $"{Index("far", "EUCLIDEAN", projection: "'ProjectionType':'KEYS_ONLY'")},{Index("dot", "DOT_PRODUCT")}]}}");
            await PutAsync($"{{'p':{{'S':'x'}},'tenant':{{'S':'t1'}},'rank':{{'N':'1'}},'emb':{{'L':[{Vector("1", "0", "0")}]}}}}");
            await PutAsync($"{{'p':{{'S':'y'}},'tenant':{{'S':'t1'}},'rank':{{'N':'2'}},'emb':{{'L':[{Vector("0", "2", "0")}]}}}}");
            await PutAsync($"{{'p':{{'S':'z'}},'tenant':{{'S':'t2'}},'rank':{{'N':'1'}},'emb':{{'L':[{Vector("0.1", "0", "-3")}]}}}}");
        }

        [TestCase("plain", "x y z")]
        [TestCase("far", "x y z")]
        [TestCase("dot", "y x z")]
        public async Task Search_OrdersByItsFunction(string index, string keys) => Assert.That(
            Found(await SearchAsync(index, Vector("1", "0.8", "0.1"), "'TopK':3")), Is.EqualTo(keys));

        [Test]
        public async Task Search_OfAPartition_FindsWhatTheFiltersLetThrough()
        {
            const string Values =
                "'TopK':9,'ExpressionAttributeNames':{'#r':'rank'},'ExpressionAttributeValues':{':t':{'S':'t1'},':r':{'N':'1.0'}}";
            Assert.That(Found(await SearchAsync("schema", Vector("0", "1", "0"), "'TopK':9,'SearchConditionExpression':'tenant = :t',"
                + "'ExpressionAttributeValues':{':t':{'S':'t1'}}")), Is.EqualTo("y x"));
            Assert.That(
                Found(await SearchAsync(
                    "schema", Vector("0", "1", "0"), $"{Values},'SearchConditionExpression':'tenant = :t AND :r = #r'")),
                Is.EqualTo("x"));
        }

        [Test]
        public async Task Vector_AskedFor_ComesWithTheDigitsOfAFloatIfItIsProjected()
        {
            const string Projection = "'TopK':1,'ProjectionExpression':'p, emb'";
            Assert.That((await SearchAsync("plain", Vector("0", "0", "-1"), Projection))["SearchResults.0.Item"],
                Is.EqualTo("{'emb':{'L':[{'N':'0.1'},{'N':'0'},{'N':'-3'}]},'p':{'S':'z'}}").Or.EqualTo(
                    "{'p':{'S':'z'},'emb':{'L':[{'N':'0.1'},{'N':'0'},{'N':'-3'}]}}"));
            Assert.That(
                (await SearchAsync("far", Vector("0", "0", "-1"), Projection))["SearchResults.0.Item"], Is.EqualTo("{'p':{'S':'x'}}"));
        }

        [Test]
        public async Task Capacity_AskedFor_IsInBytes() => Assert.That(
            (await SearchAsync("plain", Vector("0", "0", "1"), "'TopK':1,'ReturnConsumedCapacity':'TOTAL'"))["ConsumedCapacity"],
            Is.EqualTo("{'VectorSearchRequestBytes':1024.0}"));

        [TestCase(
            "plain", "1 0 0", "'TopK':101",
            "Provided TopK value '101' is out of valid range. The value must be between 1 and 100 inclusive")]
        [TestCase("schema", "1 0 0", "'TopK':1", "SearchConditionExpression must be provided when SearchSchema has a HASH key")]
        [TestCase("schema", "1 0 0", "'TopK':1,'SearchConditionExpression':'tenant < :t','ExpressionAttributeValues':{':t':{'S':'t'}}",
            "Invalid SearchConditionExpression: Invalid comparator used in SearchConditionExpression")]
        [TestCase("schema", "1 0 0", "'TopK':1,'SearchConditionExpression':'tenant = :t AND tenant = :t','ExpressionAttributeValues':{':t':{'S':'t'}}",
            "Invalid SearchConditionExpression: SearchConditionExpression must only contain one condition per attribute")]
        [TestCase("schema", "1 0 0", "'TopK':1,'SearchConditionExpression':'tenant = :t','ExpressionAttributeValues':{':t':{'N':'1'}}",
            "Type of 'tenant' attribute in SearchConditionExpression (N) does not match type in search schema (S)")]
        [TestCase("schema", "1 0 0", "'TopK':1,'SearchConditionExpression':'tenant = :t','ExpressionAttributeValues':{':t':{'S':''}}",
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: tenant")]
        [TestCase("plain", "1 0", "'TopK':1", "Input search vector dimension 2 does not match vector index dimension 3")]
        [TestCase("plain", "1 0 0", "'TopK':1,'SearchConditionExpression':'tenant = :t','ExpressionAttributeValues':{':t':{'S':'t'}}",
            "SearchConditionExpression must not contain any attributes that is not in SearchSchema. Invalid attribute: tenant")]
        [TestCase("plain", "1 0 1e39", "'TopK':1",
            "Search vector contains invalid values. All values in the search vector must be a 32-bit floating-point number attribute")]
        [TestCase("none", "1 0 0", "'TopK':1", "The table does not have the specified index: none")]
        public async Task Search_ThatDoesNotFit_IsRefused(string index, string vector, string rest, string error) => Assert.That(
            (await SearchAsync(index, Vector(vector.Split(' ')), rest)).Error, Is.EqualTo("ValidationException: " + error));

        /// <summary>The service's text repeats the list; ours stops where it would be many times as long as the request.</summary>
        [Test]
        public async Task Vector_OfFarTooManyNumbers_IsRefusedInATextThatIsBounded()
        {
            WireReply refused = await SearchAsync("plain", Vector([.. Enumerable.Repeat("1", 20_000)]), "'TopK':1");
            Assert.That(refused.Error, Does.StartWith("ValidationException: 1 validation error detected: Value "));
            Assert.That(refused.Text, Has.Length.LessThan(70_000));
        }

        [Test]
        public async Task VectorOfALists_IsRefusedBeforeItsLengthIs() => Assert.That(
            (await SearchAsync("plain", $"{{'L':[{Vector("1", "0", "0")}]}}", "'TopK':1")).Error,
            Does.StartWith("ValidationException: Search vector contains invalid values."));

        [Test]
        public async Task Table_ThatDoesNotExist_IsNotFound() => Assert.That(
            (await SendAsync(
                "SearchVectors", $"{{'TableName':'none-of-it','IndexName':'vix','TopK':1,'SearchVector':[{Vector("1")}]}}")).Error,
            Is.EqualTo("ResourceNotFoundException: Requested resource not found"));

        private static string Found(WireReply reply)
        {
            Assert.That(reply.Error, Is.Null);
            return string.Join(' ', reply.Body["SearchResults"]!.AsArray().Select(result => (string)result!["Item"]!["p"]!["S"]!));
        }

        private Task<WireReply> SearchAsync(string index, string vector, string rest) =>
            SendAsync("SearchVectors", $"{{'TableName':'$T','IndexName':'{index}','SearchVector':[{vector}],{rest}}}");
    }
}
