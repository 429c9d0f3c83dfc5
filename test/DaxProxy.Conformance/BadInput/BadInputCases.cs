using NUnit.Framework;

namespace DaxProxy.Conformance.BadInput;

/// <summary>
/// The table of bad requests. Apostrophes stand for quotes. Texts are those recorded from the service (profile 2026-10).
/// </summary>
internal static class BadInputCases
{
    public const string GoodItem =
        "{'TableName':'Bad','Item':{'pk':{'S':'a'},'sk':{'N':'1'},'note':{'S':'untouched'},'list':{'L':[{'S':'x'}]}}}";

    private const string V = "ValidationException";
    private const string Envelope = "1 validation error detected: ";
    private const string Invalid = "One or more parameter values were invalid: ";
    private const string KeyDoesNotMatch = "The provided key element does not match the schema";
    private const string Overflow = "Number overflow. Attempting to store a number with magnitude larger than supported range";

    private const string EmptyKey =
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk";

    public static IReadOnlyList<string> Tables { get; } =
    [
        "{'TableName':'Bad','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},"
        + "{'AttributeName':'sk','AttributeType':'N'},{'AttributeName':'x','AttributeType':'S'},{'AttributeName':'g','AttributeType':'S'}],"
        + "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'sk','KeyType':'RANGE'}],"
        + "'LocalSecondaryIndexes':[{'IndexName':'byx','KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'x','KeyType':'RANGE'}],"
        + "'Projection':{'ProjectionType':'KEYS_ONLY'}}],"
        + "'GlobalSecondaryIndexes':[{'IndexName':'byg','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],'Projection':{'ProjectionType':'KEYS_ONLY'}}]}",
        "{'TableName':'HashOnly','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'}],"
        + "'KeySchema':[{'AttributeName':'id','KeyType':'HASH'}]}",
    ];

    public static IEnumerable<TestCaseData> All()
    {
        int number = 0;
        foreach ((string operation, string body, string type, string? message) in Transport().Concat(Values()).Concat(Keys())
            .Concat(Expressions()).Concat(Updates()).Concat(Reads()).Concat(Batches()).Concat(Definitions()))
        {
            string shown = body.Length <= 90 ? body : body[..90] + "…";
            yield return new TestCaseData(operation, body, type, message).SetName($"{{m}}({++number:000} {operation} {shown})");
        }
    }

    private static IEnumerable<(string, string, string, string?)> Transport()
    {
        const string S = "SerializationException";
        yield return ("GetItem", "{", S, null);
        yield return ("GetItem", "nonsense", S, null);
        yield return ("GetItem", "[]", S, null);
        yield return ("GetItem", "{'TableName':'Bad',}", S, null);
        yield return ("GetItem", "{'TableName':'Bad','Key':{'pk':{'S':'\\ud800'}}}", S, null);
        yield return ("GetItem", string.Concat(Enumerable.Repeat("{'a':", 20_000)) + "1" + new string('}', 20_000), S, null);
        yield return ("Frobnicate", "{}", "UnknownOperationException", null);
        yield return ("GetItem", "{'TableName':12}", S, "NUMBER_VALUE cannot be converted to String");
        yield return ("GetItem", "{'TableName':true}", S, "TRUE_VALUE cannot be converted to String");
        yield return ("GetItem", "{'TableName':1.5}", S, "DECIMAL_VALUE cannot be converted to String");
        yield return ("GetItem", "{'TableName':['Bad']}", S, "Unrecognized collection type class java.lang.String");
        yield return ("GetItem", "{'TableName':{'S':'Bad'}}", S, "Start of structure or map found where not expected");
        yield return ("GetItem", "{'TableName':'Bad','Key':'a'}", S, "Unexpected field type");
        yield return ("GetItem", "{'TableName':'Bad','Key':{'pk':'a'}}", S, "Unexpected value type in payload");
        yield return ("GetItem", "{'TableName':'Bad','Key':{'pk':{'N':1}}}", S, "NUMBER_VALUE cannot be converted to String");
        yield return ("GetItem", "{'TableName':'Bad','Key':{'pk':{'B':'abc'}}}", S,
            "Base64 encoded length is expected a multiple of 4 bytes but found: 3");
        yield return ("GetItem", "{'TableName':'Bad','Key':{},'ConsistentRead':'maybe'}", S, "Unexpected token received from parser");
        yield return ("Query", "{'TableName':'Bad','Limit':'5'}", S, "STRING_VALUE cannot be converted to Integer");
        yield return ("BatchWriteItem", "{'RequestItems':{'Bad':{}}}", S, "Start of structure or map found where not expected");
    }

    private static IEnumerable<(string, string, string, string?)> Values()
    {
        (string, string, string, string?) Put(string value, string message) =>
            ("PutItem", $"{{'TableName':'Bad','Item':{{'pk':{{'S':'z'}},'sk':{{'N':'1'}},'v':{value}}}}}", V, Envelope + message);

        yield return Put("{}", "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
        yield return Put("{'X':'a'}", "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
        yield return Put(
            "{'S':'a','N':'1'}",
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
        yield return Put("{'NULL':false}", Invalid + "Null attribute value types must have the value of true");
        yield return Put("{'SS':[]}", Invalid + "An string set  may not be empty");
        yield return Put("{'NS':[]}", Invalid + "An number set  may not be empty");
        yield return Put("{'BS':[]}", Invalid + "Binary sets should not be empty");
        yield return Put("{'NS':['1','1.0']}", Invalid + "Input collection contains duplicates.");
        yield return ("PutItem", "{'TableName':'Bad','Item':{'pk':{'S':'z'},'sk':{'N':'1'},'v':{'SS':['b','a','b']}}}", V,
            Envelope + Invalid + "Input collection [\"a\", \"b\", \"b\"] contains duplicates.");
        yield return Put("{'N':''}", "The parameter cannot be converted to a numeric value: ");
        yield return Put("{'N':'abc'}", "The parameter cannot be converted to a numeric value: abc");
        yield return Put("{'N':'1e126'}", Overflow);
        yield return Put("{'N':'1e-131'}", "Number underflow. Attempting to store a number with magnitude smaller than supported range");
        yield return Put($"{{'N':'{new string('1', 39)}'}}", "Attempting to store more than 38 significant digits in a Number");
        yield return Put(string.Concat(Enumerable.Repeat("{'L':[", 32)) + "{'S':'x'}" + string.Concat(Enumerable.Repeat("]}", 32)),
            "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit");
        yield return Put($"{{'S':'{new string('x', 409_600)}'}}", "Item size has exceeded the maximum allowed size");
        yield return ("PutItem", "{'TableName':'Bad','Item':{'pk':{'S':'z'},'sk':{'N':'1'},'':{'S':'x'}}}", V, Envelope
            + "Empty attribute name");
    }

    private static IEnumerable<(string, string, string, string?)> Keys()
    {
        yield return ("PutItem", "{'Item':{}}", V, Envelope
            + "Value null at 'tableName' failed to satisfy constraint: Member must not be null");
        yield return ("PutItem", "{}", V, "2 validation errors detected: Value null at 'tableName' failed to satisfy constraint: "
            + "Member must not be null; Value null at 'item' failed to satisfy constraint: Member must not be null");
        yield return ("GetItem", "{'TableName':'','Key':{}}", V,
            Envelope + "Value at 'TableName' failed to satisfy constraint: Member must have length greater than or equal to 1");
        yield return ("GetItem", "{'TableName':'a;b','Key':{}}", V, Envelope
            + "Value 'a;b' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
        yield return ("GetItem", "{'TableName':'Absent','Key':{'pk':{'S':'a'}}}", "ResourceNotFoundException",
            "Requested resource not found");
        yield return ("GetItem", "{'TableName':'Bad','Key':{}}", V, KeyDoesNotMatch);
        yield return ("GetItem", "{'TableName':'Bad','Key':{'pk':{'S':'a'},'sk':{'N':'1'}},'ProjectionExpression':'pk.a'}", V,
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: pk");
        yield return ("GetItem", "{'TableName':'Bad','Key':{'pk':{'S':'a'}}}", V, KeyDoesNotMatch);
        yield return ("GetItem", "{'TableName':'Bad','Key':{'pk':{'S':'a'},'sk':{'S':'1'}}}", V, KeyDoesNotMatch);
        yield return ("GetItem", "{'TableName':'HashOnly','Key':{'id':{'S':'a'},'sk':{'N':'1'}}}", V, KeyDoesNotMatch);
        yield return ("GetItem", "{'TableName':'Bad','Key':{'pk':{'S':''},'sk':{'N':'1'}}}", V, EmptyKey);
        yield return ("GetItem", $"{{'TableName':'Bad','Key':{{'pk':{{'S':'{new string('k', 2049)}'}},'sk':{{'N':'1'}}}}}}", V,
            Invalid + "Size of hashkey has exceeded the maximum size limit of2048 bytes");
        yield return ("GetItem", "{'TableName':'Bad','Key':{'pk':{'S':'a'},'sk':{'N':'1e200'}}}", V, Overflow);
        yield return ("PutItem", "{'TableName':'Bad','Item':{'pk':{'S':'a'}}}", V, Invalid + "Missing the key sk in the item");
        yield return ("PutItem", "{'TableName':'Bad','Item':{'pk':{'N':'1'},'sk':{'N':'1'}}}", V,
            Invalid + "Type mismatch for key pk expected: S actual: N");
        yield return ("PutItem", "{'TableName':'Bad','Item':{'pk':{'S':''},'sk':{'N':'1'}}}", V, EmptyKey);
        yield return ("PutItem", "{'TableName':'Bad','Item':{'pk':{'S':'a'},'sk':{'N':'1'},'g':{'N':'1'}}}", V,
            Invalid + "Type mismatch for Index Key g Expected: S Actual: N IndexName: byg");
        yield return ("PutItem", "{'TableName':'Bad','Item':{'pk':{'S':'a'},'sk':{'N':'1'},'g':{'S':''}}}", V,
            "One or more parameter values are not valid. A value specified for a secondary index key is not supported. "
            + "The AttributeValue for a key attribute cannot contain an empty string value. IndexName: byg, IndexKey: g");
        yield return ("DeleteItem", "{'TableName':'Bad','Key':{'pk':{'S':'a'},'sk':{'N':'1'},'v':{'S':'x'}}}", V, KeyDoesNotMatch);
    }

    private static IEnumerable<(string, string, string, string?)> Expressions()
    {
        (string, string, string, string?) Put(string members, string message) =>
            ("PutItem", $"{{'TableName':'Bad','Item':{{'pk':{{'S':'a'}},'sk':{{'N':'1'}}}},{members}}}", V, Envelope + message);

        yield return Put("'ConditionExpression':''", "Invalid ConditionExpression: The expression can not be empty;");
        yield return Put("'ConditionExpression':'a = '", "Invalid ConditionExpression: Syntax error; token: \"<EOF>\", near: \"=\"");
        yield return Put("'ConditionExpression':'a = :v'",
            "Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :v");
        yield return Put("'ConditionExpression':'#n = b'",
            "Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: #n");
        yield return Put("'ConditionExpression':'name = b'",
            "Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: name");
        yield return Put("'ConditionExpression':'dog(a)'", "Invalid ConditionExpression: Invalid function name; function: dog");
        yield return Put("'ConditionExpression':'((a = b))'", "Invalid ConditionExpression: The expression has redundant parentheses;");
        yield return Put("'ConditionExpression':'a = a'",
            "Invalid ConditionExpression: The first operand must be distinct from the remaining operands for this operator or function; "
            + "operator: =, first operand: [a]");
        yield return Put($"'ConditionExpression':'{new string('a', 4097)}'",
            "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097");
        yield return Put("'ExpressionAttributeNames':{'#a':'b'}", "ExpressionAttributeNames can only be specified when using expressions");
        yield return Put(
            "'ExpressionAttributeValues':{':a':{'S':'b'}}", "ExpressionAttributeValues can only be specified when using expressions");
        yield return Put("'ConditionExpression':'a = b','ExpressionAttributeValues':{}", "ExpressionAttributeValues must not be empty");
        yield return Put("'ConditionExpression':'a = b','ExpressionAttributeNames':{'a':'b'}",
            "ExpressionAttributeNames contains invalid key: Syntax error; key: \"a\"");
        yield return Put("'ConditionExpression':'a = b','ExpressionAttributeValues':{':v':{'S':'x'}}",
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}");
        yield return Put("'ConditionExpression':'begins_with(a, :v)','ExpressionAttributeValues':{':v':{'N':'1'}}",
            "Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N");
        yield return Put("'ReturnValues':'UPDATED_NEW'", "ReturnValues can only be ALL_OLD or NONE");
        yield return Put("'ReturnValues':'SOME'",
            "Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]");
        yield return ("PutItem", "{'TableName':'Bad','Item':{'pk':{'S':'a'},'sk':{'N':'1'}},'ConditionExpression':'pk.a = b'}", V,
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: pk");
        yield return ("PutItem",
            "{'TableName':'Bad','Item':{'pk':{'S':'a'},'sk':{'N':'1'}},'ConditionExpression':'attribute_not_exists(pk)'}",
            "ConditionalCheckFailedException", "The conditional request failed");
    }

    private static IEnumerable<(string, string, string, string?)> Updates()
    {
        (string, string, string, string?) Update(string members, string message) =>
            ("UpdateItem", $"{{'TableName':'Bad','Key':{{'pk':{{'S':'a'}},'sk':{{'N':'1'}}}},{members}}}", V, message);

        yield return Update("'UpdateExpression':''", Envelope + "Invalid UpdateExpression: The expression can not be empty;");
        yield return Update("'UpdateExpression':'SET a = b SET c = d'",
            Envelope + "Invalid UpdateExpression: The \"SET\" section can only be used once in an update expression;");
        yield return Update(
            "'UpdateExpression':'SET a.b = c, a = d'", Envelope + "Invalid UpdateExpression: Two document paths overlap with "
            + "each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]");
        yield return Update("'UpdateExpression':'SET pk = :v','ExpressionAttributeValues':{':v':{'S':'b'}}",
            Invalid + "Cannot update attribute pk. This attribute is part of the key");
        yield return Update("'UpdateExpression':'SET a.b = :v','ExpressionAttributeValues':{':v':{'S':'b'}}",
            "The document path provided in the update expression is invalid for update");
        yield return Update("'UpdateExpression':'SET a = elsewhere'",
            "The provided expression refers to an attribute that does not exist in the item");
        yield return Update("'UpdateExpression':'SET note = note + :v','ExpressionAttributeValues':{':v':{'N':'1'}}",
            "An operand in the update expression has an incorrect data type");
        yield return Update("'UpdateExpression':'ADD note :v','ExpressionAttributeValues':{':v':{'N':'1'}}",
            "An operand in the update expression has an incorrect data type");
        yield return Update("'UpdateExpression':'SET g = :v','ExpressionAttributeValues':{':v':{'N':'1'}}",
            Invalid + "Type mismatch for Index Key g Expected: S Actual: N IndexName: byg");
        yield return Update("'UpdateExpression':'SET g = :v','ExpressionAttributeValues':{':v':{'S':''}}",
            "One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is "
            + "not supported. The AttributeValue for a key attribute cannot contain an empty string value.");
        yield return Update($"'UpdateExpression':'SET big = :v','ExpressionAttributeValues':{{':v':{{'S':'{new string('x', 409_600)}'}}}}",
            "Item size to update has exceeded the maximum allowed size");
    }

    private static IEnumerable<(string, string, string, string?)> Reads()
    {
        (string, string, string, string?) Query(string members, string message) =>
            ("Query", $"{{'TableName':'Bad',{members}}}", V, message);

        yield return ("Query", "{'TableName':'Bad'}", V,
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
        const string Values = "'ExpressionAttributeValues':{':p':{'S':'a'}}";
        yield return Query("'KeyConditionExpression':'sk = :p'," + Values, "Query condition missed key schema element: pk");
        yield return Query("'KeyConditionExpression':'pk > :p'," + Values, "Query key condition not supported");
        yield return Query("'KeyConditionExpression':'pk = :p AND x = :p'," + Values, "Query condition missed key schema element: sk");
        yield return Query(
            "'KeyConditionExpression':'pk = :p OR sk = :p'," + Values, "Invalid operator used in KeyConditionExpression: OR");
        yield return Query("'KeyConditionExpression':'pk = :p','IndexName':'absent'," + Values,
            "The table does not have the specified index: absent");
        yield return Query("'KeyConditionExpression':'g = :p','IndexName':'byg','ConsistentRead':true," + Values,
            "Consistent reads are not supported on global secondary indexes");
        yield return Query("'KeyConditionExpression':'g = :p','IndexName':'byg','ProjectionExpression':'note'," + Values,
            Invalid + "Global secondary index byg does not project [note]");
        yield return Query("'KeyConditionExpression':'pk = :p','FilterExpression':'sk = :p'," + Values,
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk");
        yield return Query("'KeyConditionExpression':'pk = :p','Limit':0," + Values,
            Envelope + "Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1");
        yield return Query("'KeyConditionExpression':'pk = :p','Select':'COUNT','ProjectionExpression':'note'," + Values,
            Envelope + "Cannot specify the ProjectionExpression when choosing to get only the Count");
        yield return Query("'KeyConditionExpression':'pk = :p','ExclusiveStartKey':{'pk':{'S':'a'}}," + Values,
            "The provided starting key is invalid");
        yield return Query("'KeyConditionExpression':'pk = :p','ExclusiveStartKey':{'pk':{'S':'b'},'sk':{'N':'1'}}," + Values,
            "The provided starting key is outside query boundaries based on provided conditions");
        yield return Query("'KeyConditionExpression':'pk = :n','ExpressionAttributeValues':{':n':{'N':'1'}}",
            Invalid + "Condition parameter type does not match schema type");
        yield return ("Scan", "{'TableName':'Bad','Limit':0}", V,
            Envelope + "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1");
        yield return ("Scan", "{'TableName':'Bad','Segment':1}", V,
            "The TotalSegments parameter is required but was not present in the request when Segment parameter is present");
        yield return ("Scan", "{'TableName':'Bad','Segment':5,'TotalSegments':5}", V,
            "The Segment parameter is zero-based and must be less than "
            + "parameter TotalSegments: Segment: 5 is not less than TotalSegments: 5");
        yield return ("Scan", "{'TableName':'Bad','Select':'ALL_PROJECTED_ATTRIBUTES'}", V,
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
        yield return ("GetItem", "{'TableName':'Bad','Key':{'pk':{'S':'a'},'sk':{'N':'1'}},'ProjectionExpression':'a, a'}", V,
            "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; "
            + "path one: [a], path two: [a]");
    }

    private static IEnumerable<(string, string, string, string?)> Batches()
    {
        const string Key = "{'pk':{'S':'a'},'sk':{'N':'1'}}";
        yield return ("BatchGetItem", "{'RequestItems':{}}", V,
            Envelope + "Value at 'RequestItems' failed to satisfy constraint: Member must have length greater than or equal to 1");
        yield return ("BatchGetItem", $"{{'RequestItems':{{'Bad':{{'Keys':[{Key},{Key}]}}}}}}", V,
            "Provided list of item keys contains duplicates");
        yield return ("BatchGetItem", $"{{'RequestItems':{{'Absent':{{'Keys':[{Key}]}}}}}}", "ResourceNotFoundException",
            "Requested resource not found");
        yield return ("BatchWriteItem", "{'RequestItems':{}}", V, "The requestItems parameter is required for BatchWriteItem");
        yield return ("BatchWriteItem",
            $"{{'RequestItems':{{'Bad':[{{'DeleteRequest':{{'Key':{Key}}}}},{{'PutRequest':{{'Item':{Key}}}}}]}}}}", V,
            "Provided list of item keys contains duplicates");
        yield return ("BatchWriteItem", "{'RequestItems':{'Bad':[{}]}}", V,
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
        yield return ("BatchWriteItem", "{'RequestItems':{'Bad':[{'PutRequest':{'Item':{'pk':{'S':'b'}}}}]}}", V, KeyDoesNotMatch);
    }

    private static IEnumerable<(string, string, string, string?)> Definitions()
    {
        (string, string, string, string?) Create(string members, string message) => ("CreateTable", $"{{{members}}}", V, message);

        const string Id =
            "'AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'}],'KeySchema':[{'AttributeName':'id','KeyType':'HASH'}]";
        yield return Create(Id, "The parameter 'TableName' is required but was not present in the request");
        yield return Create("'TableName':'ab','BillingMode':'PAY_PER_REQUEST'," + Id,
            Envelope + "Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3");
        yield return Create("'TableName':'abc'," + Id,
            Invalid + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
        yield return Create(
            "'TableName':'abc','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'},"
            + "{'AttributeName':'b','AttributeType':'S'}],'KeySchema':[{'AttributeName':'id','KeyType':'HASH'}]",
            Invalid + "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions");
        yield return Create(
            "'TableName':'abc','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'}],"
            + "'KeySchema':[{'AttributeName':'id','KeyType':'RANGE'}]",
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
        yield return Create("'TableName':'abc','BillingMode':'PAY_PER_REQUEST','GlobalSecondaryIndexes':[]," + Id,
            Invalid + "List of GlobalSecondaryIndexes is empty");
        yield return ("CreateTable", "{'TableName':'HashOnly','BillingMode':'PAY_PER_REQUEST'," + Id + "}", "ResourceInUseException",
            "Table already exists: HashOnly");
        yield return ("DescribeTable", "{'TableName':'Absent'}", "ResourceNotFoundException",
            "Requested resource not found: Table: Absent not found");
        yield return ("DeleteTable", "{'TableName':'Absent'}", "ResourceNotFoundException",
            "Requested resource not found: Table: Absent not found");
        yield return ("ListTables", "{'Limit':101}", V,
            Envelope + "Value '101' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 100");
    }
}
