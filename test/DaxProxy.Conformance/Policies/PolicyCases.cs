namespace DaxProxy.Conformance.Policies;

/// <summary>
/// Policies of users, by name, and what is known beforehand of six requests of each: GetItem of <c>a</c> and of <c>b</c>, GetItem of
/// <c>a</c> with a projection on <c>n</c>, Query of <c>a</c>, PutItem of <c>a</c>, SELECT of <c>a</c>; A for allowed, R for refused.
/// </summary>
internal static class PolicyCases
{
    private const string T = PolicyHost.Tables + "tab";

    public static IReadOnlyDictionary<string, (string Statements, string Expected)> All { get; } = new Dictionary<string, (string, string)>
    {
        ["full"] = (Allow("dynamodb:*", "*"), "AAAAAA"),
        ["everything"] = (Allow("*", "*"), "AAAAAA"),
        ["nothing"] = (Allow("dynamodb:ListTables", "*"), "RRRRRR"),
        ["get"] = (Allow("dynamodb:GetItem", T), "AAARRR"),
        ["get-anywhere"] = (Allow("dynamodb:GetItem", "*"), "AAARRR"),
        ["get-other-table"] = (Allow("dynamodb:GetItem", PolicyHost.Tables + "oth"), "RRRRRR"),
        ["get-other-region"] = (Allow("dynamodb:*", T.Replace("us-east-1", "eu-west-1", StringComparison.Ordinal)), "RRRRRR"),
        ["get-other-account"] = (Allow("dynamodb:*", T.Replace("000000000000", "111111111111", StringComparison.Ordinal)), "RRRRRR"),
        ["get-by-prefix"] = (Allow("dynamodb:Get*", PolicyHost.Tables + "*"), "AAARRR"),
        ["get-any-case"] = (Allow("DYNAMODB:getitem", T), "AAARRR"),
        ["index-only"] = (Allow("dynamodb:Query", T + "/index/*"), "RRRRRR"),
        ["query"] = (Allow("dynamodb:Query", T), "RRRARR"),
        ["query-and-index"] = (Allow("dynamodb:Query", T + "*"), "RRRARR"),
        ["batch"] = (Allow("dynamodb:BatchGetItem", T), "RRRRRR"),
        ["scan"] = (Allow("dynamodb:Scan", T), "RRRRRR"),
        ["partiql"] = (Allow("dynamodb:PartiQLSelect", T), "RRRRRA"),
        ["writes"] = (Allow("dynamodb:PutItem", T), "RRRRAR"),
        ["not-put"] = ("""{"Effect":"Allow","NotAction":"dynamodb:PutItem","Resource":"*"}""", "AAAARA"),
        ["not-resource"] = ($$"""{"Effect":"Allow","Action":"dynamodb:*","NotResource":"{{T}}"}""", "RRRRRR"),
        ["deny-get"] = (Allow("dynamodb:*", "*") + "," + Deny("dynamodb:GetItem", T), "RRRAAA"),
        ["deny-all"] = (Allow("dynamodb:*", "*") + "," + Deny("*", T + "*"), "RRRRRR"),
        ["deny-other"] = (Allow("dynamodb:*", "*") + "," + Deny("*", PolicyHost.Tables + "oth"), "AAAAAA"),
        ["own-key"] = (Allow("dynamodb:*", "*", Keys("ForAllValues:StringEquals", "a")), "ARAAAA"),
        ["own-keys-like"] = (Allow("dynamodb:*", "*", Keys("ForAllValues:StringLike", "a*")), "ARAAAA"),
        ["own-keys-one"] = (Allow("dynamodb:*", "*", Keys("ForAllValues:StringLike", "?")), "AAAAAA"),
        ["own-key-any"] = (Allow("dynamodb:*", "*", Keys("ForAnyValue:StringEquals", "a")), "ARAAAA"),
        ["own-key-plain"] = (Allow("dynamodb:*", "*", Keys("StringEquals", "a")), "ARAAAA"),
        ["own-key-if-exists"] = (Allow("dynamodb:*", "*", Keys("StringEqualsIfExists", "a")), "ARAAAA"),
        ["own-key-any-case"] = (Allow("dynamodb:*", "*", Keys("ForAllValues:StringEqualsIgnoreCase", "A")), "ARAAAA"),
        ["not-key-b"] = (Allow("dynamodb:*", "*", Keys("ForAllValues:StringNotEquals", "b")), "ARAAAA"),
        ["deny-key-b"] = (Allow("dynamodb:*", "*") + "," + Deny("dynamodb:*", "*", Keys("ForAnyValue:StringEquals", "b")), "ARAAAA"),
        ["deny-but-key-a"] = (Allow("dynamodb:*", "*") + "," + Deny("dynamodb:*", "*", Keys("ForAnyValue:StringNotLike", "a")), "ARAAAA"),
        ["key-of-user-a"] = (Allow("dynamodb:*", "*", Keys("ForAllValues:StringEquals", "${aws:PrincipalTag/own, 'a'}")), "ARAAAA"),
        ["key-of-no-caller"] = (Allow("dynamodb:*", "*", Keys("ForAllValues:StringEquals", "${aws:PrincipalTag/none}")), "RRRRRR"),
        ["attributes"] = (Allow("dynamodb:*", "*", Condition("ForAllValues:StringEquals", "dynamodb:Attributes", "pk", "n")), "AAAARA"),
        ["attributes-closed"] = (
            Allow("dynamodb:*", "*", Condition("ForAllValues:StringEquals", "dynamodb:Attributes", "pk", "n")
                + "," + Condition("StringEqualsIfExists", "dynamodb:Select", "SPECIFIC_ATTRIBUTES")),
            "RRARRR"),
        ["select"] = (Allow("dynamodb:*", "*", Condition("StringEquals", "dynamodb:Select", "ALL_ATTRIBUTES")), "AARARA"),
        ["no-return"] = (Allow("dynamodb:*", "*", Condition("StringEqualsIfExists", "dynamodb:ReturnValues", "NONE")), "AAAAAA"),
        ["capacity"] = (Allow("dynamodb:*", "*", Condition("StringEquals", "dynamodb:ReturnConsumedCapacity", "TOTAL")), "RRRRRR"),
        ["here"] = (Allow("dynamodb:*", "*", Condition("IpAddress", "aws:SourceIp", "127.0.0.0/8")), "AAAAAA"),
        ["elsewhere"] = (Allow("dynamodb:*", "*", Condition("IpAddress", "aws:SourceIp", "10.0.0.0/8", "192.0.2.1")), "RRRRRR"),
        ["deny-elsewhere"] = (
            Allow("dynamodb:*", "*") + "," + Deny("*", "*", Condition("NotIpAddress", "aws:SourceIp", "127.0.0.1")), "AAAAAA"),
        ["tls-only"] = (Allow("dynamodb:*", "*") + "," + Deny("*", "*", Condition("Bool", "aws:SecureTransport", "false")), "RRRRRR"),
        ["until-2100"] = (Allow("dynamodb:*", "*", Condition("DateLessThan", "aws:CurrentTime", "2100-01-01T00:00:00Z")), "AAAAAA"),
        ["until-2000"] = (Allow("dynamodb:*", "*", Condition("NumericLessThan", "aws:EpochTime", "946684800")), "RRRRRR"),
        ["no-full-scan"] = (Allow("dynamodb:*", "*") + "," + Deny("dynamodb:PartiQL*", "*", Condition("Bool", "dynamodb:FullTableScan", "true")), "AAAAAA"),
        ["only-transactions"] = (
            Allow("dynamodb:*", "*", Condition("ForAnyValue:StringEquals", "dynamodb:EnclosingOperation", "TransactGetItems")), "RRRRRR"),
        ["no-key"] = (Allow("dynamodb:*", "*", """ "Null":{"dynamodb:LeadingKeys":"true"} """), "RRRRRR"),
        ["user-name"] = (Allow("dynamodb:*", PolicyHost.Tables + "tab", Condition("StringLike", "aws:username", "user-*")), "AAAAAA"),
        ["untagged"] = (Allow("dynamodb:*", "*", Condition("StringEquals", "aws:ResourceTag/stage", "prod")), "RRRRRR"),
        ["tagged"] = (Allow("dynamodb:*", "*", Condition("StringEquals", "aws:ResourceTag/stage", "test")), "AAAAAA"),
    };

    private static string Allow(string action, string resource, string? conditions = null) =>
        Statement("Allow", action, resource, conditions);

    private static string Deny(string action, string resource, string? conditions = null) =>
        Statement("Deny", action, resource, conditions);

    private static string Statement(string effect, string action, string resource, string? conditions) =>
        $$"""{"Effect":"{{effect}}","Action":"{{action}}","Resource":"{{resource}}"{{(conditions is null ? "" : ",\"Condition\":{" + conditions + "}")}} }""";

    private static string Keys(string comparison, params string[] keys) => Condition(comparison, "dynamodb:LeadingKeys", keys);

    private static string Condition(string comparison, string key, params string[] values) =>
        $"\"{comparison}\":{{\"{key}\":[{string.Join(',', values.Select(value => $"\"{value}\""))}]}}";
}
