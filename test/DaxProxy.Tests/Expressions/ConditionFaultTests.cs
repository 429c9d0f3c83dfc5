using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using NUnit.Framework;

namespace DaxProxy.Tests.Expressions;

public sealed class ConditionFaultTests
{
    private const string Values =
        """{":s":"s",":t":"t",":n":1,":b":{"$b":"AAE="},":l":[],":m":{},":bool":true,":null":null,":ss":{"$ss":["a"]},":dog":"DOG"}""";

    [TestCase("", "The expression can not be empty;")]
    [TestCase("!!!", "Syntax error; token: \"!\", near: \"!!\"")]
    [TestCase("INVALID SYNTAX HERE", "Syntax error; token: \"SYNTAX\", near: \"INVALID SYNTAX HERE\"")]
    [TestCase("a", "Syntax error; token: \"<EOF>\", near: \"a\"")]
    [TestCase(":s", "Syntax error; token: \"<EOF>\", near: \":s\"")]
    [TestCase("  ", "Syntax error; token: \"<EOF>\", near: \"\"")]
    [TestCase("a = ", "Syntax error; token: \"<EOF>\", near: \"=\"")]
    [TestCase("_x = :s", "Syntax error; token: \"_\", near: \"_x\"")]
    [TestCase("1x = :s", "Syntax error; token: \"1\", near: \"1x\"")]
    [TestCase("a = # ", "Syntax error; token: \"#\", near: \"= #\"")]
    [TestCase("a[-1] = :s", "Syntax error; token: \"-\", near: \"[-1\"")]
    [TestCase("a[:n] = :s", "Syntax error; token: \":n\", near: \"[:n]\"")]
    [TestCase("a[#n] = :s", "Syntax error; token: \"#n\", near: \"[#n]\"")]
    [TestCase("a AND b = :s", "Syntax error; token: \"AND\", near: \"a AND b\"")]
    [TestCase("(a = :s AND b)", "Syntax error; token: \")\", near: \"b)\"")]
    [TestCase("a BETWEEN :s OR :t", "Syntax error; token: \"OR\", near: \":s OR :t\"")]
    [TestCase("a IN :s", "Syntax error; token: \":s\", near: \"IN :s\"")]
    [TestCase("a IN ()", "Syntax error; token: \")\", near: \"()\"")]
    [TestCase("size() = :n", "Syntax error; token: \")\", near: \"() =\"")]
    [TestCase("a = :s b", "Syntax error; token: \"b\", near: \":s b\"")]
    [TestCase("(a = :s", "Syntax error; token: \"<EOF>\", near: \":s\"")]
    [TestCase("(a = :s) = :t", "Syntax error; token: \"=\", near: \") = :t\"")]
    [TestCase("and = :s", "Syntax error; token: \"and\", near: \"and =\"")]
    [TestCase("a + :n = :n", "Syntax error; token: \"+\", near: \"a + :n\"")]
    [TestCase("((a = :s))", "The expression has redundant parentheses;")]
    [TestCase("((a)) = :s", "The expression has redundant parentheses;")]
    [TestCase("a = ((:s))", "The expression has redundant parentheses;")]
    [TestCase("a IN (((:s)))", "The expression has redundant parentheses;")]
    [TestCase("((a = :s AND b = :s))", "The expression has redundant parentheses;")]
    [TestCase("((a = :undefined)) AND dog(a)", "The expression has redundant parentheses;")]
    [TestCase("dog(a)", "Invalid function name; function: dog")]
    [TestCase("Size(a) = :n", "Invalid function name; function: Size")]
    [TestCase("size(a) AND dog(name)", "Invalid function name; function: dog")]
    [TestCase("size(a)", "The function is not allowed to be used this way in an expression; function: size")]
    [TestCase("NOT size(a)", "The function is not allowed to be used this way in an expression; function: size")]
    [TestCase("a = :s AND (size(a))", "The function is not allowed to be used this way in an expression; function: size")]
    [TestCase("attribute_exists(a) = :s", "The function is not allowed to be used this way in an expression; function: attribute_exists")]
    [TestCase("a IN (contains(a, :s))", "The function is not allowed to be used this way in an expression; function: contains")]
    [TestCase("size(begins_with(a, :s)) = :n", "The function is not allowed to be used this way in an expression; function: begins_with")]
    [TestCase(
        "contains(name, attribute_exists(a))",
        "The function is not allowed to be used this way in an expression; function: attribute_exists")]
    [TestCase("if_not_exists(a, :s) = :s", "The function is not allowed in a condition expression; function: if_not_exists")]
    [TestCase("list_append(a, :s)", "The function is not allowed in a condition expression; function: list_append")]
    [TestCase("name = :undefined", "Attribute name is a reserved keyword; reserved keyword: name")]
    [TestCase("a = :undefined OR b.Status = :s", "Attribute name is a reserved keyword; reserved keyword: Status")]
    [TestCase("set = :s", "Attribute name is a reserved keyword; reserved keyword: set")]
    [TestCase("#a = :u", "An expression attribute name used in the document path is not defined; attribute name: #a")]
    [TestCase(":u = #a", "An expression attribute value used in expression is not defined; attribute value: :u")]
    [TestCase("a.#b[0] = :s", "An expression attribute name used in the document path is not defined; attribute name: #b")]
    [TestCase(
        "begins_with(a) AND a = :u",
        "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1")]
    [TestCase("begins_with(:u)", "An expression attribute value used in expression is not defined; attribute value: :u")]
    [TestCase(
        "size(a, b) = :n", "Incorrect number of operands for operator or function; operator or function: size, number of operands: 2")]
    [TestCase(
        "attribute_exists(a, b)",
        "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2")]
    [TestCase(
        "a.b = a.b",
        "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a, b]")]
    [TestCase("a[1] <> a[1]", "The first operand must be distinct from the remaining operands for this operator or function; operator: <>, first operand: [a, [1]]")]
    [TestCase("contains(a, a)", "The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [a]")]
    [TestCase(
        "a = a AND b < :l",
        "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]")]
    [TestCase("b < :l AND a = a", "Incorrect operand type for operator or function; operator or function: <, operand type: L")]
    [TestCase("a = :s OR b >= :m", "Incorrect operand type for operator or function; operator or function: >=, operand type: M")]
    [TestCase(":ss > a", "Incorrect operand type for operator or function; operator or function: >, operand type: SS")]
    [TestCase(
        "a BETWEEN :bool AND :s", "Incorrect operand type for operator or function; operator or function: BETWEEN, operand type: BOOL")]
    [TestCase("a BETWEEN :s AND :n", "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:s}, upper bound operand: AttributeValue: {N:1}")]
    [TestCase("a BETWEEN :t AND :s", "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {S:t}, upper bound operand: AttributeValue: {S:s}")]
    [TestCase("attribute_exists(:s)", "Operator or function requires a document path; operator or function: attribute_exists")]
    [TestCase("attribute_not_exists(size(a))", "Operator or function requires a document path; operator or function: attribute_not_exists")]
    [TestCase("attribute_type(a, :dog)", "Invalid attribute type name found; type: DOG, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}")]
    [TestCase("attribute_type(a, b)", "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}")]
    [TestCase(
        "attribute_type(a, :n)", "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N")]
    [TestCase("begins_with(a, :n)", "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N")]
    [TestCase("begins_with(:l, a)", "Incorrect operand type for operator or function; operator or function: begins_with, operand type: L")]
    [TestCase(
        "begins_with(a, size(b))", "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N")]
    [TestCase("contains(:n, a)", "Incorrect operand type for operator or function; operator or function: contains, operand type: N")]
    [TestCase("size(:n) = :n", "Incorrect operand type for operator or function; operator or function: size, operand type: N")]
    [TestCase("size(:null) = :n", "Incorrect operand type for operator or function; operator or function: size, operand type: NULL")]
    [TestCase("size(size(a)) = :n", "Incorrect operand type for operator or function; operator or function: size, operand type: N")]
    [TestCase("a[99999999999999] = :s", "List index is not within the allowable range; index: [99999999999999]")]
    [TestCase("a[99999999999999] < :l", "Incorrect operand type for operator or function; operator or function: <, operand type: L")]
    public void Condition_Faulty_ReportsTheServicesText(string text, string fault)
    {
        DynamoError? error = ConditionExpression.TryParse(
            text, ExpressionKind.Condition, Doc.Substitutions(Values), out ConditionExpression? expression);
        Assert.Multiple(() =>
        {
            Assert.That(error?.Message, Is.EqualTo("Invalid ConditionExpression: " + fault));
            Assert.That(error?.Name, Is.EqualTo("ValidationException"));
            Assert.That(expression, Is.Null);
        });
    }

    [TestCase("(a = :s)")]
    [TestCase("((a) = :s)")]
    [TestCase("((a = :s) AND b = :s)")]
    [TestCase("(a = :s AND (b = :s))")]
    [TestCase("(a) = (:s)")]
    [TestCase("((a) BETWEEN (:s) AND (:t))")]
    [TestCase("(attribute_exists(a))")]
    [TestCase("(size(a)) = (:n)")]
    [TestCase("attribute_exists((a))")]
    [TestCase("NOT NOT (a = :s)")]
    [TestCase("not a = :s Or b in (:s, :t) aNd c BeTween :s and :t")]
    [TestCase("a\t. b\r\n[ 0 ] = :s")]
    [TestCase("a IN (:s, :n, :l)")]
    [TestCase("#1 = :s AND #_a = :s AND notion = :s AND organ = :s AND inner1 = :s")]
    [TestCase("contains(a, size(b))")]
    [TestCase("attribute_type(:s, :s2)")]
    public void Condition_WellFormed_IsAccepted(string text)
    {
        ExpressionAttributes substitutions = Doc.Substitutions("""{":s":"s",":t":"t",":n":1,":l":[],":s2":"S","#1":"x.y","#_a":"name"}""");
        Assert.That(ConditionExpression.TryParse(text, ExpressionKind.Condition, substitutions, out _)?.Message, Is.Null);
    }

    [Test]
    public void Filter_Faulty_NamesItsParameter() =>
        Assert.That(
            ConditionExpression.TryParse("a", ExpressionKind.Filter, ExpressionAttributes.None, out _)?.Message,
            Does.StartWith("Invalid FilterExpression: "));

    [TestCase(4096, null)]
    [TestCase(4097, "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097")]
    public void Condition_OfManyBytes_IsLimited(int bytes, string? expected)
    {
        string text = "a = :s".PadRight(bytes);
        Assert.That(
            ConditionExpression.TryParse(text, ExpressionKind.Condition, Doc.Substitutions(Values), out _)?.Message, Is.EqualTo(expected));
    }

    [TestCase(150, null)]
    [TestCase(151, "Invalid ConditionExpression: The expression contains too many operators; operator count: 301")]
    public void Condition_OfManyOperators_IsLimited(int comparisons, string? expected)
    {
        string text = string.Join(" OR ", Enumerable.Repeat("a=:s", comparisons));
        Assert.That(
            ConditionExpression.TryParse(text, ExpressionKind.Condition, Doc.Substitutions(Values), out _)?.Message, Is.EqualTo(expected));
    }

    [TestCase(100, null)]
    [TestCase(101, "Invalid ConditionExpression: The IN operator is provided with too many operands; number of operands: 101")]
    public void In_OfManyCandidates_IsLimited(int candidates, string? expected)
    {
        string text = $"a IN ({string.Join(", ", Enumerable.Repeat(":s", candidates))})";
        Assert.That(
            ConditionExpression.TryParse(text, ExpressionKind.Condition, Doc.Substitutions(Values), out _)?.Message, Is.EqualTo(expected));
    }

    [TestCase(32, null)]
    [TestCase(33, "Invalid ConditionExpression: The document path has too many nesting levels; nesting levels: 33")]
    public void Path_OfManyElements_IsLimited(int elements, string? expected)
    {
        string text = $"{string.Join('.', Enumerable.Repeat("a", elements))} = :s";
        Assert.That(
            ConditionExpression.TryParse(text, ExpressionKind.Condition, Doc.Substitutions(Values), out _)?.Message, Is.EqualTo(expected));
    }

    [Test]
    public void ReservedWords_AreComplete()
    {
        Assert.Multiple(() =>
        {
            Assert.That(ReservedWords.Count, Is.EqualTo(573));
            Assert.That(ReservedWords.Contains("ABORT"), Is.True);
            Assert.That(ReservedWords.Contains("zone"), Is.True);
            Assert.That(ReservedWords.Contains("pk"), Is.False);
        });
    }

    [Test]
    public void Paths_AreInOrderOfAppearance()
    {
        ConditionExpression.TryParse(
            "c.d = a AND (size(b[0]) > :n OR NOT attribute_exists(c)) AND e IN (f, :n)", ExpressionKind.Filter,
            Doc.Substitutions("""{":n":1}"""), out ConditionExpression? expression);
        Assert.Multiple(() =>
        {
            Assert.That(expression!.TopLevelNames, Is.EqualTo(new[] { "c", "a", "b", "e", "f" }));
            Assert.That(
                expression!.Paths.Select(path => path.ToString()), Is.EqualTo(new[] { "[c, d]", "[a]", "[b, [0]]", "[c]", "[e]", "[f]" }));
        });
    }

    [Test]
    public void Unused_NamesBeforeValues_AreReported()
    {
        ExpressionAttributes substitutions = Doc.Substitutions("""{"#a":"x","#b":"y","#c":"z",":u":1,":v":2}""");
        ConditionExpression.TryParse("#c = :u", ExpressionKind.Condition, substitutions, out _);
        Assert.That(
            substitutions.FindUnused()?.Message,
            Is.EqualTo("Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}"));
        ProjectionExpression.TryParse("#a, #b", substitutions, out _);
        Assert.That(
            substitutions.FindUnused()?.Message,
            Is.EqualTo("Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}"));
        ConditionExpression.TryParse("a = :v", ExpressionKind.Filter, substitutions, out _);
        Assert.That(substitutions.FindUnused(), Is.Null);
    }

    [Test]
    public void Unused_WithoutSubstitutions_IsNull() => Assert.That(ExpressionAttributes.None.FindUnused(), Is.Null);
}
