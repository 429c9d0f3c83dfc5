using System.Text.RegularExpressions;

namespace DaxProxy.Conformance.Fuzz;

/// <summary>
/// Requests of every verb. What stands as <c>$x</c> in a template is filled in by chance: keys, items, values, expressions and
/// statements.
/// </summary>
internal static partial class RequestGrammar
{
    /// <summary>The tables that all inputs find.</summary>
    public static readonly string[] Tables =
    [
        """
        {"TableName":"fuzz-hash","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}]}
        """,
        """
        {"TableName":"fuzz-range","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
        "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"},{"AttributeName":"l","AttributeType":"B"},{"AttributeName":"g","AttributeType":"S"}],
        "LocalSecondaryIndexes":[{"IndexName":"local","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"l","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}],
        "GlobalSecondaryIndexes":[{"IndexName":"global","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["a"]}}],
        "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}}
        """,
    ];

    private static readonly (string Verb, string Body)[] Templates =
    [
        ("GetItem", "{'TableName':'$t','Key':$k,'ConsistentRead':$b,'ProjectionExpression':'$p','ExpressionAttributeNames':$n,'ReturnConsumedCapacity':'$c'}"),
        ("GetItem", "{'TableName':'$t','Key':$k}"),
        ("GetItem", "{'TableName':'$t','Key':$k,'AttributesToGet':['a','b']}"),
        ("PutItem", "{'TableName':'$t','Item':$i,'ConditionExpression':'$e','ExpressionAttributeNames':$n,'ExpressionAttributeValues':$v,'ReturnValues':'$r','ReturnItemCollectionMetrics':'SIZE'}"),
        ("PutItem", "{'TableName':'$t','Item':$i}"),
        ("PutItem", "{'TableName':'$t','Item':$i,'Expected':{'a':{'ComparisonOperator':'$o','AttributeValueList':[$a,$a]},'b':{'Exists':$b,'Value':$a}},'ConditionalOperator':'OR'}"),
        ("DeleteItem", "{'TableName':'$t','Key':$k,'ConditionExpression':'$e','ExpressionAttributeNames':$n,'ExpressionAttributeValues':$v,'ReturnValues':'$r'}"),
        ("UpdateItem", "{'TableName':'$t','Key':$k,'UpdateExpression':'$u','ConditionExpression':'$e','ExpressionAttributeNames':$n,'ExpressionAttributeValues':$v,'ReturnValues':'$r'}"),
        ("UpdateItem", "{'TableName':'$t','Key':$k,'UpdateExpression':'$u','ExpressionAttributeNames':$n,'ExpressionAttributeValues':$v}"),
        ("UpdateItem", "{'TableName':'$t','Key':$k,'AttributeUpdates':{'a':{'Action':'ADD','Value':$a},'b':{'Action':'DELETE'},'g':{'Value':$a}}}"),
        ("Query", "{'TableName':'$t','KeyConditionExpression':'$q','FilterExpression':'$e','ProjectionExpression':'$p','ExpressionAttributeNames':$n,'ExpressionAttributeValues':$v,'Limit':2,'ScanIndexForward':$b,'ReturnConsumedCapacity':'$c'}"),
        ("Query", "{'TableName':'fuzz-range','IndexName':'$x','KeyConditionExpression':'$q','ExpressionAttributeNames':$n,'ExpressionAttributeValues':$v,'ExclusiveStartKey':$i,'Select':'$s'}"),
        ("Query", "{'TableName':'$t','KeyConditions':{'pk':{'ComparisonOperator':'EQ','AttributeValueList':[{'S':'a'}]},'sk':{'ComparisonOperator':'$o','AttributeValueList':[{'N':'1'},{'N':'2'}]}},'QueryFilter':{'a':{'ComparisonOperator':'$o','AttributeValueList':[$a]}}}"),
        ("Scan", "{'TableName':'$t','FilterExpression':'$e','ExpressionAttributeNames':$n,'ExpressionAttributeValues':$v,'Segment':0,'TotalSegments':2,'Limit':3,'ExclusiveStartKey':$k}"),
        ("Scan", "{'TableName':'fuzz-range','IndexName':'$x','ScanFilter':{'a':{'ComparisonOperator':'$o','AttributeValueList':[$a]}},'Select':'$s'}"),
        ("BatchGetItem", "{'RequestItems':{'$t':{'Keys':[$k,$k],'ConsistentRead':$b,'ProjectionExpression':'$p','ExpressionAttributeNames':$n}},'ReturnConsumedCapacity':'$c'}"),
        ("BatchWriteItem", "{'RequestItems':{'$t':[{'PutRequest':{'Item':$i}},{'DeleteRequest':{'Key':$k}}]},'ReturnItemCollectionMetrics':'SIZE'}"),
        ("TransactGetItems", "{'TransactItems':[{'Get':{'TableName':'$t','Key':$k}},{'Get':{'TableName':'$t','Key':$k,'ProjectionExpression':'$p','ExpressionAttributeNames':$n}}]}"),
        ("TransactWriteItems", "{'TransactItems':[{'Put':{'TableName':'fuzz-hash','Item':$i}},{'Update':{'TableName':'fuzz-range','Key':$k,'UpdateExpression':'$u','ExpressionAttributeNames':$n,'ExpressionAttributeValues':$v}},"
            + "{'ConditionCheck':{'TableName':'$t','Key':$k,'ConditionExpression':'$e','ExpressionAttributeNames':$n,'ExpressionAttributeValues':$v}},{'Delete':{'TableName':'$t','Key':$k}}],'ClientRequestToken':'$w'}"),
        ("ExecuteStatement", "{'Statement':'$y','Parameters':[$a,$a],'Limit':2}"),
        ("ExecuteStatement", "{'Statement':'$y','ConsistentRead':$b}"),
        ("BatchExecuteStatement", "{'Statements':[{'Statement':'$y','Parameters':[$a]},{'Statement':'$y'}]}"),
        ("ExecuteTransaction", "{'TransactStatements':[{'Statement':'$y','Parameters':[$a]},{'Statement':'$y'}],'ClientRequestToken':'$w'}"),
        ("CreateTable", "{'TableName':'made-$d','BillingMode':'PAY_PER_REQUEST','KeySchema':[{'AttributeName':'$w','KeyType':'HASH'}],'AttributeDefinitions':[{'AttributeName':'$w','AttributeType':'S'},{'AttributeName':'$w','AttributeType':'N'}],"
            + "'GlobalSecondaryIndexes':[{'IndexName':'abc','KeySchema':[{'AttributeName':'$w','KeyType':'HASH'},{'AttributeName':'$w','KeyType':'RANGE'}],'Projection':{'ProjectionType':'INCLUDE','NonKeyAttributes':['$w','$w']}}],'Tags':[{'Key':'$w','Value':'$w'},{'Key':'$w','Value':'x'}]}"),
        ("CreateTable", "{'TableName':'made-$d','ProvisionedThroughput':{'ReadCapacityUnits':1,'WriteCapacityUnits':1},'KeySchema':[{'AttributeName':'a','KeyType':'HASH'},{'AttributeName':'b','KeyType':'RANGE'}],'AttributeDefinitions':[{'AttributeName':'a','AttributeType':'S'},{'AttributeName':'b','AttributeType':'B'}],"
            + "'LocalSecondaryIndexes':[{'IndexName':'abc','KeySchema':[{'AttributeName':'a','KeyType':'HASH'},{'AttributeName':'b','KeyType':'RANGE'}],'Projection':{'ProjectionType':'ALL'}}]}"),
        ("UpdateTable", "{'TableName':'$m','AttributeDefinitions':[{'AttributeName':'$w','AttributeType':'S'},{'AttributeName':'$w','AttributeType':'N'}],'GlobalSecondaryIndexUpdates':[{'Create':{'IndexName':'x$d','KeySchema':[{'AttributeName':'$w','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}}]}"),
        ("UpdateTable", "{'TableName':'$m','GlobalSecondaryIndexUpdates':[{'Delete':{'IndexName':'x$d'}},{'Update':{'IndexName':'abc','ProvisionedThroughput':{'ReadCapacityUnits':2,'WriteCapacityUnits':2}}}]}"),
        ("UpdateTable", "{'TableName':'$m','StreamSpecification':{'StreamEnabled':$b,'StreamViewType':'KEYS_ONLY'}}"),
        ("UpdateTable", "{'TableName':'$m','BillingMode':'PROVISIONED','ProvisionedThroughput':{'ReadCapacityUnits':$d,'WriteCapacityUnits':$d}}"),
        ("DeleteTable", "{'TableName':'made-$d'}"),
        ("DescribeTable", "{'TableName':'$m'}"),
        ("ListTables", "{'Limit':$d,'ExclusiveStartTableName':'$w'}"),
        ("DescribeTimeToLive", "{'TableName':'$m'}"),
        ("UpdateTimeToLive", "{'TableName':'$m','TimeToLiveSpecification':{'AttributeName':'$w','Enabled':$b}}"),
        ("TagResource", "{'ResourceArn':'arn:aws:dynamodb:us-east-1:000000000000:table/fuzz-hash','Tags':[{'Key':'$w','Value':'$w'},{'Key':'$w','Value':'x'}]}"),
        ("UntagResource", "{'ResourceArn':'arn:aws:dynamodb:us-east-1:000000000000:table/fuzz-hash','TagKeys':['$w','$w']}"),
        ("ListTagsOfResource", "{'ResourceArn':'arn:aws:dynamodb:us-east-1:000000000000:table/fuzz-hash','NextToken':'$w'}"),
        ("DescribeLimits", "{}"),
        ("DescribeEndpoints", "{}"),
        ("DescribeContinuousBackups", "{'TableName':'$m'}"),
        ("UpdateContinuousBackups", "{'TableName':'$m','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':$b,'RecoveryPeriodInDays':$d}}"),
        ("DescribeContributorInsights", "{'TableName':'$m','IndexName':'$x'}"),
        ("UpdateContributorInsights", "{'TableName':'$m','IndexName':'$x','ContributorInsightsAction':'ENABLE'}"),
        ("ListContributorInsights", "{'TableName':'$m','MaxResults':$d,'NextToken':'$w'}"),
        ("GetResourcePolicy", "{'ResourceArn':'arn:aws:dynamodb:us-east-1:000000000000:table/fuzz-hash'}"),
        ("PutResourcePolicy", "{'ResourceArn':'arn:aws:dynamodb:us-east-1:000000000000:table/fuzz-hash','Policy':'{\\'Version\\':\\'2012-10-17\\',\\'Statement\\':[{\\'Effect\\':\\'Allow\\',\\'Principal\\':\\'*\\',\\'Action\\':\\'dynamodb:GetItem\\',\\'Resource\\':\\'*\\'}]}'}"),
        ("DeleteResourcePolicy", "{'ResourceArn':'arn:aws:dynamodb:us-east-1:000000000000:table/fuzz-hash','ExpectedRevisionId':'$w'}"),
        ("CreateBackup", "{'TableName':'$t','BackupName':'$w'}"),
        ("ListBackups", "{'TableName':'$t','Limit':$d}"),
        ("RestoreTableToPointInTime", "{'SourceTableName':'$t','TargetTableName':'made-$d','UseLatestRestorableTime':true}"),
        ("RestoreTableToPointInTime", "{'SourceTableArn':'$w','TargetTableName':'made-$d','RestoreDateTime':$d,'BillingModeOverride':'PROVISIONED'}"),
        ("RestoreTableFromBackup", "{'BackupArn':'arn:aws:dynamodb:us-east-1:000000000000:table/fuzz-hash/backup/$w','TargetTableName':'made-$d','LocalSecondaryIndexOverride':[]}"),
        ("DescribeBackup", "{'BackupArn':'arn:aws:dynamodb:us-east-1:000000000000:table/fuzz-hash/backup/$w'}"),
        ("ListBackups", "{'ExclusiveStartBackupArn':'arn:aws:dynamodb:us-east-1:000000000000:table/fuzz-hash/backup/$w','TimeRangeLowerBound':$d,'BackupType':'ALL'}"),
        ("CreateGlobalTable", "{'GlobalTableName':'$t','ReplicationGroup':[{'RegionName':'us-east-1'}]}"),
        ("ExportTableToPointInTime", "{'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/fuzz-hash','S3Bucket':'b'}"),
        ("ImportTable", "{'S3BucketSource':{'S3Bucket':'b'},'InputFormat':'CSV','TableCreationParameters':{'TableName':'made-$d','KeySchema':[{'AttributeName':'a','KeyType':'HASH'}],'AttributeDefinitions':[{'AttributeName':'a','AttributeType':'S'}]}}"),
        ("ExportTableToPointInTime", "{'TableArn':'arn:aws:dynamodb:us-east-1:000000000000:table/$t','S3Bucket':'bucket','S3Prefix':'$w','ExportFormat':'DYNAMODB_JSON'}"),
        ("ImportTable", "{'S3BucketSource':{'S3Bucket':'bucket','S3KeyPrefix':'$f'},'InputFormat':'$h','InputCompressionType':'$z','InputFormatOptions':{'Csv':{'Delimiter':';','HeaderList':['pk','$w']}},'TableCreationParameters':{'TableName':'made-$d','BillingMode':'PAY_PER_REQUEST','KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}]}}"),
        ("ImportTable", "{'S3BucketSource':{'S3Bucket':'bucket','S3KeyPrefix':'$f'},'InputFormat':'$h','InputCompressionType':'$z','TableCreationParameters':{'TableName':'made-$d','BillingMode':'PAY_PER_REQUEST','KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}]}}"),
        ("StartBulkPutItems", "{'TableName':'$t','InputS3Configuration':{'S3Bucket':'bucket','S3KeyPrefix':'$f','InputFormat':'$h','InputCompressionType':'$z'},'OutputS3Configuration':{'S3Bucket':'bucket','S3KeyPrefix':'out','OutputType':['ERROR']}}"),
        ("ListExports", "{'MaxResults':$d,'NextToken':'$w'}"),
        ("ListImports", "{'PageSize':$d,'NextToken':'$w'}"),
        ("ListBulkOperations", "{'NextToken':'$w'}"),
        ("DescribeImport", "{'ImportArn':'arn:aws:dynamodb:us-east-1:000000000000:table/made-$d/import/$w'}"),
        ("CancelBulkOperation", "{'BulkOperationArn':'arn:aws:dynamodb:us-east-1:000000000000:table/$t/bulk-operation/$w'}"),
        ("DescribeKinesisStreamingDestination", "{'TableName':'$t'}"),
        ("SearchVectors", "{'TableName':'$t'}"),
        ("Streams.ListStreams", "{'TableName':'fuzz-range','Limit':$d}"),
        ("Streams.DescribeStream", "{'StreamArn':'$g','Limit':$d,'ExclusiveStartShardId':'$w'}"),
        ("Streams.GetShardIterator", "{'StreamArn':'$g','ShardId':'shardId-00000000000000000001-00000001','ShardIteratorType':'TRIM_HORIZON'}"),
        ("Streams.GetShardIterator", "{'StreamArn':'$g','ShardId':'$w','ShardIteratorType':'AT_SEQUENCE_NUMBER','SequenceNumber':'100000000000000000001'}"),
        ("Streams.GetRecords", "{'ShardIterator':'$w','Limit':$d}"),
    ];

    private static readonly string[] Comparisons = ["EQ", "NE", "IN", "LE", "LT", "GE", "GT", "BETWEEN", "NOT_NULL", "NULL", "CONTAINS", "NOT_CONTAINS", "BEGINS_WITH"];
    private static readonly string[] Tokens =
    [
        "a", "b", "pk", "sk", "g", "#a", "#b", "#x", ":a", ":b", ":s", ":n", "a.b", "a[0]", "#a[1].b", "a[99999999999]", "(", ")", "=",
        "<>", "<", "<=", ">", ">=", ",", "+", "-", "AND", "OR", "NOT", "IN", "BETWEEN", "SET", "REMOVE", "ADD", "DELETE",
        "attribute_exists(a)", "attribute_not_exists(#a)", "attribute_type(a, :s)", "begins_with(a, :s)", "contains(a, :a)", "size(a)",
        "if_not_exists(a, :n)", "list_append(a, :b)", ".", "[", "]", "[0]", "#", ":", "\\u0000", "ä",
    ];

    private static readonly string[] StatementTokens =
    [
        "SELECT", "*", "FROM", "INSERT", "INTO", "VALUE", "UPDATE", "SET", "REMOVE", "DELETE", "WHERE", "RETURNING", "ALL", "OLD", "NEW",
        "EXISTS", "(", ")", "{", "}", "[", "]", "<<", ">>", ":", ",", "?", "=", "<>", "IN", "BETWEEN", "AND", "OR", "NOT",
        "IS", "MISSING", "NULL", "ORDER", "BY", "DESC", "pk", "sk", "a", "a.b", "a[0]", "'x'", "1", "1e400", "-1", "true", "begins_with",
        "contains", "size", "attribute_type", "list_append", "set_add", "--", ";",
    ];

    private static readonly string[] Statements =
    [
        "SELECT * FROM *t* WHERE pk = 'a'", "SELECT a, b.c[0] FROM *t*.*global* WHERE g = ? ORDER BY g DESC", "SELECT * FROM *t* WHERE pk IN ['a','b'] AND sk BETWEEN 1 AND 2", "INSERT INTO *t* VALUE {'pk':'a','sk':1,'a':?}",
        "UPDATE *t* SET a = a + ? REMOVE b WHERE pk = 'a' AND sk = 1 RETURNING ALL NEW *", "DELETE FROM *t* WHERE pk = ? AND sk = ? RETURNING ALL OLD *", "EXISTS(SELECT * FROM *t* WHERE pk = 'a' AND sk = 1)", "SELECT * FROM *t* WHERE a IS MISSING OR NOT contains(b, ?)",
    ];

    /// <summary>A request, which may be a good one.</summary>
    public static (string Target, string Body) Next(Random random)
    {
        (string verb, string template) = Templates[random.Next(Templates.Length)];
        string body = Filled(random, template.Replace('\'', '"'));
        return (verb.StartsWith("Streams.", StringComparison.Ordinal) ? "DynamoDBStreams_20120810." + verb[8..] : "DynamoDB_20120810." + verb, body);
    }

    [GeneratedRegex(@"\$([a-z])")]
    private static partial Regex Places();

    private static string Filled(Random random, string template) =>
        Places().Replace(template, place => Fill(random, place.Groups[1].Value[0]));

    private static string Fill(Random random, char place)
    {
        return place switch
        {
            'a' => AttributeValue(random, 3),
            'b' => random.Next(2) == 0 ? "true" : "false",
            'c' => Of("INDEXES", "TOTAL", "NONE"),
            'd' => $"{random.Next(6)}",
            'e' => Condition(random, 3),
            'f' => Of(FuzzBuckets.Prefixes),
            'g' => "arn:aws:dynamodb:us-east-1:000000000000:table/fuzz-range/stream/2026-01-01T00:00:00.000",
            'h' => Of("CSV", "DYNAMODB_JSON", "ION"),
            'i' => "{\"pk\":" + KeyValue("S") + ",\"sk\":" + KeyValue("N") + ",\"a\":" + AttributeValue(random, 3) + ",\"g\":" + AttributeValue(random, 1) + ",\"l\":{\"B\":\"AA==\"}}",
            'k' => random.Next(2) == 0 ? "{\"pk\":" + KeyValue("S") + "}" : "{\"pk\":" + KeyValue("S") + ",\"sk\":" + KeyValue("N") + "}",
            'm' => Of("made-0", "made-1", "made-2", "made-3", "fuzz-hash"),
            'n' => Of("""{"#a":"a","#b":"b"}""", """{"#a":"a"}""", """{"#x":"pk"}""", "{}"),
            'o' => Comparisons[random.Next(Comparisons.Length)],
            'p' => Of("a", "a, b", "a.b[0], #a", "#x, g", "a[0], a[1].b", Soup(random, Tokens)),
            'q' => Of(
                "pk = :s", "pk = :s AND sk = :n", "pk = :s AND sk BETWEEN :n AND :n", "#x = :s and begins_with(sk, :s)", "g = :s",
                "pk = :s AND l > :b", Soup(random, Tokens)),
            'r' => Of("NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"),
            's' => Of("ALL_ATTRIBUTES", "COUNT", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES"),
            't' => Of("fuzz-hash", "fuzz-range"),
            'u' => Update(random),
            'v' => "{\":s\":{\"S\":\"a\"},\":n\":{\"N\":\"" + random.Next(4) + "\"},\":a\":" + AttributeValue(random, 2) + ",\":b\":" + AttributeValue(random, 1) + "}",
            'w' => random.Next(4) > 0 ? Of("a", "b", "pk", "x", "token-1") : Escaped(Mutation.Text(random)),
            'x' => Of("local", "global", "none"),
            'y' => (random.Next(3) > 0 ? Of(Statements) : Soup(random, StatementTokens)).Replace("*t*", "\\\"" + Of("fuzz-hash", "fuzz-range") + "\\\"").Replace("*global*", "\\\"global\\\""),
            'z' => Of("NONE", "GZIP", "ZSTD"),
            _ => throw new InvalidOperationException($"No filling for ${place}."),
        };

        string Of(params string[] choices) => choices[random.Next(choices.Length)];

        string KeyValue(string type) => random.Next(20) == 0 ? AttributeValue(random, 0) : type == "S" ? $$"""{"S":"{{(char)('a' + random.Next(5))}}"}""" : $$"""{"N":"{{random.Next(5)}}"}""";
    }

    private static string Condition(Random random, int depth) => random.Next(depth > 0 ? 12 : 7) switch
    {
        0 => "a = :a",
        1 => "attribute_exists(#a)",
        2 => "a BETWEEN :a AND :b",
        3 => "a.b[0] IN (:a, :b, :s)",
        4 => "size(a) >= :n",
        5 => "begins_with(a, :s) OR contains(#b, :a)",
        6 => "attribute_type(a, :s)",
        7 => $"NOT ({Condition(random, depth - 1)})",
        8 => $"({Condition(random, depth - 1)}) AND ({Condition(random, depth - 1)})",
        9 => $"{Condition(random, depth - 1)} OR {Condition(random, depth - 1)}",
        10 => new string('(', random.Next(400)) + "a = :a" + new string(')', random.Next(400)),
        _ => Soup(random, Tokens),
    };

    private static string Update(Random random) => random.Next(8) switch
    {
        0 => "SET a = :a",
        1 => "SET a = a + :n, b = if_not_exists(b, :b) REMOVE c[0]",
        2 => "ADD a :n DELETE b :a",
        3 => "SET #a = list_append(a, :a), c.d = :s",
        4 => "REMOVE a, a.b",
        5 => "SET a[1] = :a, a[1000000000] = :b",
        6 => "SET g = :s REMOVE l",
        _ => Soup(random, Tokens),
    };

    private static string Soup(Random random, string[] tokens) =>
        string.Join(
            random.Next(4) == 0 ? "" : " ", Enumerable.Range(0, random.Next(1, 14)).Select(_ => tokens[random.Next(tokens.Length)]));

    private static string AttributeValue(Random random, int depth) => random.Next(depth > 0 ? 13 : 10) switch
    {
        0 => """{"S":"a"}""",
        1 => $$"""{"S":"{{Escaped(Mutation.Text(random))}}"}""",
        2 => $$"""{"N":"{{random.Next(-3, 4)}}"}""",
        3 => $$"""{"N":"{{Escaped(Mutation.Text(random))}}"}""",
        4 => """{"B":"AAE="}""",
        5 => """{"BOOL":true}""",
        6 => """{"NULL":true}""",
        7 => """{"SS":["a","b"]}""",
        8 => """{"NS":["1","2.0"]}""",
        9 => """{"BS":["AA==","AQ=="]}""",
        10 => $$"""{"L":[{{AttributeValue(random, depth - 1)}},{{AttributeValue(random, depth - 1)}}]}""",
        11 => "{\"M\":{\"b\":" + AttributeValue(random, depth - 1) + ",\"c\":" + AttributeValue(random, depth - 1) + "}}",
        _ => Mutation.Value(random)?.ToJsonString() ?? "null",
    };

    private static string Escaped(string text) => System.Text.Json.JsonEncodedText.Encode(text).ToString();
}
