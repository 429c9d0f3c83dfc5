using DaxProxy.Core.Items;
using DaxProxy.Core.Partiql;
using NUnit.Framework;

namespace DaxProxy.Tests.Partiql;

public sealed class BinderTests
{
    [TestCase(
        "SELECT * FROM t WHERE a < true", "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL")]
    [TestCase("SELECT * FROM t WHERE a BETWEEN [1] AND [2]",
        "Incorrect operand type for operator or function; operator or function: BETWEEN, operand type: L")]
    [TestCase("SELECT * FROM t WHERE attribute_exists('a')",
        "Operator or function requires a document path; operator or function: attribute_exists")]
    [TestCase("SELECT * FROM t WHERE attribute_exists(a, b)",
        "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2")]
    [TestCase("SELECT * FROM \"table\" WHERE pk = 'a1' AND n = 1 AND exists(a)", "Unrecognized function: exists at 1:53:6")]
    [TestCase("SELECT attribute_exists(a) FROM t", "Unexpected path component at 1:8:16")]
    [TestCase("SELECT COUNT(*) FROM t", "Unexpected path component at 1:8:5")]
    [TestCase("SELECT * FROM t WHERE a = <<>>", "Empty bags are not supported")]
    [TestCase("INSERT INTO t.i VALUE {'pk': 'a'}", "FROM clause may only contain a single table name in data manipulation statements at 1:13:1")]
    [TestCase("INSERT   INTO   \"abcdefgh\".\"idx\" VALUE {'pk':'a'}",
        "FROM clause may only contain a single table name in data manipulation statements at 1:17:10")]
    [TestCase("INSERT INTO\n\"abcdefgh\".\"idx\" VALUE {'pk':'a'}",
        "FROM clause may only contain a single table name in data manipulation statements at 2:1:10")]
    [TestCase("UPDATE t.i SET a = 1 WHERE pk = 'a'", "This operation is not supported on an index")]
    [TestCase("DELETE FROM t.i WHERE pk = 'a'", "This operation is not supported on an index")]
    [TestCase(
        "UPDATE t SET a = set_add(b, <<1>>) WHERE pk = 'a'", "The first argument to SET_ADD must equal the assignment value at 1:18:7")]
    [TestCase("UPDATE t SET a = set_delete(a, 1) WHERE pk = 'a'",
        "The second argument to SET_DELETE must be a value with type SET at 1:29:1")]
    [TestCase(
        "UPDATE t SET a = set_add(a, ['x']) WHERE pk = 'a'", "The second argument to SET_ADD must be a value with type SET at 1:26:1")]
    [TestCase("UPDATE t SET a = set_add(a, <<'x', 'x'>>) WHERE pk = 'a'",
        "One or more parameter values were invalid: Input collection [x, x] contains duplicates.")]
    [TestCase(
        "INSERT INTO t VALUE {'pk': 'a', 'ss': set_add(<<'a'>>, <<'b'>>)}", "Unsupported data type: set_add under key root at 1:39:7")]
    [TestCase(
        "INSERT INTO t VALUE {'pk': 'a', 'l': [1, {'m': set_add(<<'a'>>, <<'b'>>)}]}",
        "Unsupported data type: set_add under key root[1].m at 1:48:7")]
    [TestCase("DELETE FROM t WHERE pk = 'a' RETURNING ALL NEW *",
        "Invalid returning clause: RETURNING ALL NEW *. Only RETURNING ALL OLD * is allowed in DELETE statements.")]
    [TestCase("DELETE FROM t WHERE pk = 'a' RETURNING MODIFIED OLD *",
        "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed in DELETE statements.")]
    [TestCase("DELETE FROM t WHERE pk = 'a' RETURNING MODIFIED NEW *",
        "Invalid returning clause: RETURNING MODIFIED NEW *. Only RETURNING ALL OLD * is allowed in DELETE statements.")]
    [TestCase("UPDATE t SET a = set_add(a) WHERE pk = 'a'", "SET_ADD must have exactly two arguments at 1:18:7")]
    [TestCase("UPDATE t SET a = a + 'x' WHERE pk = 'a'",
        "Incorrect operand type for operator or function; operator or function: +, operand type: S")]
    [TestCase("UPDATE t SET a = a + 1 + 2 WHERE pk = 'a'", "Unsupported operation: A value can be added or subtracted only once in SET")]
    [TestCase("UPDATE t SET a = a - (b - 2) WHERE pk = 'a'", "Unsupported operation: A value can be added or subtracted only once in SET")]
    [TestCase(
        "UPDATE t SET a = if_not_exists(a, b + 1) WHERE pk = 'a'",
        "Unsupported operation: A value can be added or subtracted only once in SET")]
    [TestCase("UPDATE t SET a = list_append(list_append(a, b), c) WHERE pk = 'a'",
        "The function is not allowed to be used this way in an expression; function: list_append")]
    [TestCase("UPDATE t\nSET a = dog(a) WHERE pk = 'a'", "Unrecognized function: dog at 2:9:3")]
    public void TryBind_Misuse_SaysWhat(string text, string expected) => Assert.That(TextOf(text), Is.EqualTo(expected));

    [TestCase("SELECT * FROM t WHERE a < 1 OR a < 'x'")]
    [TestCase("SELECT * FROM t WHERE a = <<1, 2>> AND b <> {'k': [<<'x'>>]}")]
    [TestCase("SELECT * FROM t WHERE attribute_exists(a) = false AND true = begins_with(b, 'x')")]
    [TestCase("UPDATE t SET a = if_not_exists(b, 1) + 2, c = list_append([1], c) REMOVE d WHERE pk = 'a'")]
    public void TryBind_Sense_NoError(string text) => Assert.That(TextOf(text), Is.Null);

    [TestCase(32, null)]
    [TestCase(33, "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit")]
    public void TryBind_NestedDocument_IsLimitedLikeAnyValue(int levels, string? expected) => Assert.That(
        TextOf($"SELECT * FROM t WHERE a = {new string('[', levels - 1)}1{new string(']', levels - 1)}"), Is.EqualTo(expected));

    [Test]
    public void TryBind_DocumentInAParameterInADocument_CountsBoth()
    {
        AttributeValue deep = AttributeValue.Null;
        for (int level = 1; level < 32; level++)
        {
            deep = AttributeValue.FromList([deep]);
        }

        Assert.That(TextOf("SELECT * FROM t WHERE a = ?", deep), Is.Null);
        Assert.That(TextOf("SELECT * FROM t WHERE a = [?]", deep), Does.StartWith("Nesting Levels"));
    }

    private static string? TextOf(string text, params AttributeValue[] parameters) =>
        (StatementParser.TryParse(text, parameters.Length, out Statement? statement)
            ?? StatementBinder.TryBind(statement!, [.. parameters.Select(value => (Decoded<AttributeValue>)value)], out _))?.Message;
}
