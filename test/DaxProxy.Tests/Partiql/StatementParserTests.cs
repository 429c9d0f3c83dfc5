using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Partiql;
using NUnit.Framework;

namespace DaxProxy.Tests.Partiql;

public sealed class StatementParserTests
{
    private const string Malformed = "Statement wasn't well formed, can't be processed: ";

    [TestCase("SELECT * FROM Music")]
    [TestCase("select Artist, Song from Music;")]
    [TestCase("SELECT \"a\".b[0].\"c d\", e FROM \"my-table\".\"my.index\" WHERE a = 1")]
    [TestCase("SELECT * FROM t WHERE a = 'it''s' -- comment")]
    [TestCase("SELECT * /* what */ FROM t WHERE /* lines\n of it */ a = 7.31e6 AND b = .73e1 AND c = -5 AND d = 5.")]
    [TestCase("SELECT * FROM t WHERE a IN [1, 2] AND b IN (1, 2) AND c NOT IN (3) AND d IN ?")]
    [TestCase("SELECT * FROM t WHERE a BETWEEN 1 AND 2 AND b NOT BETWEEN 3 AND 4 OR NOT (c = 1)")]
    [TestCase("SELECT * FROM t WHERE a IS NULL AND b IS NOT NULL AND c IS MISSING AND d IS NOT MISSING AND e IS BOOL AND f IS STRING")]
    [TestCase("SELECT * FROM t WHERE Attribute_Exists(a) AND BEGINS_WITH(b, 'x') AND size(c) > 3 AND attribute_type(d, 'N') = true")]
    [TestCase("SELECT * FROM t WHERE a = [1, 'b', [true]] AND b = <<1, 2>> AND c = {'k': {'l': null}} AND d = [] AND e = {}")]
    [TestCase("SELECT * FROM t WHERE a = 1 ORDER BY a DESC, b ASC, c")]
    [TestCase("INSERT INTO t VALUE {'pk': 'a', 'n': ?}")]
    [TestCase("insert into t value ?")]
    [TestCase("UPDATE t SET a = 1, b = b + 1 REMOVE c, d[0] SET e = list_append(e, [1]) WHERE pk = 'a' RETURNING MODIFIED NEW *")]
    [TestCase("FROM t WHERE pk = 'a' SET a = set_add(a, <<1>>) REMOVE b RETURNING ALL OLD *")]
    [TestCase("DELETE FROM t WHERE pk = 'a' RETURNING ALL OLD *")]
    [TestCase("SELECT * FROM t WHERE a IS INT4 AND b IS NOT DOUBLE PRECISION AND c IS CHARACTER VARYING AND d IS CHARACTER")]
    [TestCase("DELETE FROM t")]
    [TestCase("EXISTS(SELECT * FROM t WHERE pk = 'a' AND b = 1)")]
    public void TryParse_WellFormed_NoError(string statement) => Assert.That(TextOf(statement), Is.Null);

    [TestCase("", "Expected data manipulation")]
    [TestCase("nonsense", "Expected data manipulation")]
    [TestCase("CREATE TABLE t", "Expected data manipulation")]
    [TestCase("UPDATE t WHERE pk = 1", "Expected data manipulation")]
    [TestCase("SELECT * FROM t WHERE a = 1 b", "Unexpected token after expression")]
    [TestCase("SELECT * FROM t WHERE a = 1)", "Unexpected token after expression")]
    [TestCase("SELECT * FROM t; SELECT * FROM t", "Unexpected token after expression")]
    [TestCase("DELETE FROM t WHERE a = 1 ORDER BY a", "Unexpected token after expression")]
    [TestCase("SELECT * FROM t ORDER BY a WHERE a = 1", "Unexpected token after expression")]
    [TestCase("FROM t SET a = 1 WHERE pk = 1", "Unexpected token after expression")]
    [TestCase("INSERT INTO t AS x VALUE {'pk': 1}", "Unexpected token after expression")]
    [TestCase("SELECT * FROM t WHERE a = 'open", "")]
    [TestCase("SELECT * FROM t # where", "")]
    [TestCase("SELECT * FROM t /* open", "")]
    [TestCase("SELECT * FROM t WHERE a = 1e99999999999", "")]
    [TestCase("SELECT * FROM t WHERE a = 12abc", "")]
    [TestCase("SELECT * FROM t WHERE a = 1e2147483648", "")]
    [TestCase("SELECT * FROM t WHERE a = 1.5e-2147483647", "")]
    [TestCase("SELECT * FROM t WHERE a IS DOUBLE", "Expected type name")]
    [TestCase("x IS FOO", "Expected type name")]
    [TestCase("SELECT * FROM t WHERE", "Unexpected term")]
    [TestCase("SELECT * FROM t WHERE NOT", "Unexpected term")]
    [TestCase("SELECT * FROM t WHERE (", "Unexpected term")]
    [TestCase("SELECT * FROM", "Unexpected term")]
    [TestCase("SELECT * FROM t WHERE a = 1 AND", "Missing right-hand side expression of infix operator")]
    [TestCase("SELECT * FROM t WHERE a = 1 OR", "Missing right-hand side expression of infix operator")]
    [TestCase("SELECT * FROM t WHERE ORDER BY a", "Unexpected keyword")]
    [TestCase("SELECT * FROM t WHERE IS NULL", "Unexpected operator")]
    [TestCase("SELECT * FROM t WHERE a = LIKE", "Unexpected operator")]
    [TestCase("SELECT * FROM t WHERE a IS FOO", "Expected type name")]
    [TestCase("DELETE FROM", "Expected identifier for simple path")]
    [TestCase("SELECT * FROM t WHERE m.inner = 1", "Invalid path dot component")]
    public void TryParse_Malformed_SaysWhat(string statement, string what) => Assert.That(TextOf(statement), Is.EqualTo(Malformed + what));

    [TestCase("SELECT * FROM t AS x", "Aliasing is not supported")]
    [TestCase("SELECT * FROM t x", "Aliasing is not supported")]
    [TestCase("UPDATE t x SET a = 1 WHERE pk = 1", "Aliasing is not supported")]
    [TestCase("UPDATE t AS x SET a = 1 WHERE pk = 1", "Aliasing is not supported")]
    [TestCase("DELETE FROM t x WHERE pk = 1", "Aliasing is not supported")]
    [TestCase("x IS INT4", "Unsupported operation: IsType")]
    [TestCase("x IS INT8", "Unsupported operation: IsType")]
    [TestCase("x IS DOUBLE PRECISION", "Unsupported operation: IsType")]
    [TestCase("x IS CHARACTER VARYING;", "Unsupported operation: IsType")]
    [TestCase("SELECT * FROM a.b.c", "A path may contain at most 2 components in the FROM clause")]
    [TestCase("SELECT * FROM \"\"", "Path component cannot be an empty string")]
    [TestCase("SELECT * FROM t WHERE a = ?", "Number of parameters in request and statement don't match.")]
    [TestCase("SELECT * FROM t LIMIT 1", "Unsupported clause: LIMIT at 1:17:5")]
    [TestCase("SELECT * FROM t WHERE a = 1e126",
        "Number overflow. Attempting to store a number with magnitude larger than supported range under root")]
    [TestCase("INSERT INTO t VALUE {'x': 1e-200}",
        "Number underflow. Attempting to store a number with magnitude smaller than supported range under root")]
    [TestCase("INSERT INTO t VALUE {'y': 1, 'x': [1, 1e400]}",
        "Number overflow. Attempting to store a number with magnitude larger than supported range under root[1]")]
    [TestCase("INSERT INTO t VALUE {'y': 1, 'm': {'x': 1e400}}",
        "Number overflow. Attempting to store a number with magnitude larger than supported range under root.x")]
    [TestCase("UPDATE t SET a = {'x': [1, 1e400]} WHERE pk = 1",
        "Number overflow. Attempting to store a number with magnitude larger than supported range under root.x[1]")]
    [TestCase("SELECT * FROM t WHERE a = 1e2147483647",
        "Number underflow. Attempting to store a number with magnitude smaller than supported range under root")]
    [TestCase("SELECT * FROM t WHERE a = [0, 1e400]",
        "Number overflow. Attempting to store a number with magnitude larger than supported range under root[1]")]
    public void TryParse_FaultWithItsOwnText_SaysSo(string statement, string text) => Assert.That(TextOf(statement), Is.EqualTo(text));

    [TestCase("(", ")")]
    [TestCase("NOT ", "")]
    [TestCase("[", "]")]
    [TestCase("{'k':", "}")]
    [TestCase("<<", ">>")]
    [TestCase("size(", ")")]
    [TestCase("a[", "]")]
    [TestCase("a = ", "")]
    [TestCase("a + ", "")]
    [TestCase("a IN (", ")")]
    [TestCase("NOT (a = 1 AND ", ")")]
    public void TryParse_AsDeepAsAStatementCanBe_RefusedWithoutOverflow(string open, string close)
    {
        int levels = 8000 / (open.Length + close.Length);
        string where = string.Concat(Enumerable.Repeat(open, levels)) + "a" + string.Concat(Enumerable.Repeat(close, levels));
        Assert.That(TextOf("SELECT * FROM t WHERE " + where), Is.Not.Null);
    }

    [Test]
    public void TryParse_LongChains_AreNoDepth()
    {
        string where = string.Join(" AND ", Enumerable.Repeat("a=1", 500)) + " OR " + string.Join(" OR ", Enumerable.Repeat("b=1", 500));
        Assert.That(TextOf("SELECT * FROM t WHERE " + where), Is.Null);
    }

    /// <summary>Every beginning of a statement, and every statement with one character changed, is answered and throws nothing.</summary>
    [Test]
    public void TryParse_DamagedStatements_NeverThrows()
    {
        const string Whole =
            "UPDATE \"t\" SET a.b[0] = list_append(a, [?, 'x', 1.5e1]) REMOVE c WHERE pk = 'a''b' AND NOT (b IN (1, <<2>>) OR c "
            + "BETWEEN {'k': null} AND -3) /* c */ RETURNING ALL OLD *";
        for (int length = 0; length < Whole.Length; length++)
        {
            TextOf(Whole[..length]);
            foreach (char c in "'\"([{<>.,?1a #\n")
            {
                TextOf(Whole[..length] + c + Whole[(length + 1)..]);
            }
        }
    }

    [Test]
    public void TryParse_Returning_IsKnown()
    {
        StatementParser.TryParse("UPDATE t SET a = 1 WHERE pk = 1 RETURNING MODIFIED OLD *", 0, out Statement? statement);
        Assert.That(((Statement.Update)statement!).Returning, Is.EqualTo(ReturnValues.UPDATED_OLD));
    }

    private static string? TextOf(string statement)
    {
        DynamoError? error = StatementParser.TryParse(
            statement, statement.Contains("= ?", StringComparison.Ordinal) ? 0 : 2, out Statement? parsed);
        Assert.That(parsed is null, Is.EqualTo(error is not null), statement);
        return error?.Message;
    }
}
