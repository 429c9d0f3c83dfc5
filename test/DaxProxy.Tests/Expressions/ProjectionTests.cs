using DaxProxy.Core.Expressions;
using NUnit.Framework;

namespace DaxProxy.Tests.Expressions;

public sealed class ProjectionTests
{
    private const string Item = """{"a":{"b":[1,2,{"c":3,"d":4},4],"e":5,"f.g":6},"k":"key","x":null,"l":[[1,2],[3,4]],"m":{}}""";

    [TestCase("k", """{"k":"key"}""")]
    [TestCase("x, k", """{"x":null,"k":"key"}""")]
    [TestCase("a.b[2].c", """{"a":{"b":[{"c":3}]}}""")]
    [TestCase("a.b[2].d, a.b[2].c", """{"a":{"b":[{"c":3,"d":4}]}}""")]
    [TestCase("a.b[3], a.b[0], a.e", """{"a":{"b":[1,4],"e":5}}""")]
    [TestCase("a.b[9], k", """{"k":"key"}""")]
    [TestCase("a.b[9], a.b[1]", """{"a":{"b":[2]}}""")]
    [TestCase("l[1][0], l[0][1]", """{"l":[[2],[3]]}""")]
    [TestCase("nope, a.nope, l.x, k.x, a.e.x, x[0]", "{}")]
    [TestCase("a.#fg", """{"a":{"f.g":6}}""")]
    [TestCase("#fg", "{}")]
    [TestCase("m", """{"m":{}}""")]
    [TestCase("m.x", "{}")]
    public void Projection_OnAnItem_KeepsTheNesting(string text, string expected)
    {
        Assert.That(
            ProjectionExpression.TryParse(text, Doc.Substitutions("""{"#fg":"f.g"}"""), out ProjectionExpression? expression)?.Message,
            Is.Null);
        Doc.AssertSame(expression!.Apply(Doc.Of(Item)), Doc.Of(expected));
    }

    [TestCase("", "The expression can not be empty;")]
    [TestCase("a,", "Syntax error; token: \"<EOF>\", near: \",\"")]
    [TestCase("a b", "Syntax error; token: \"b\", near: \"a b\"")]
    [TestCase("a.", "Syntax error; token: \"<EOF>\", near: \".\"")]
    [TestCase("(a)", "Syntax error; token: \"(\", near: \"(a\"")]
    [TestCase("a, :v", "Syntax error; token: \":v\", near: \", :v\"")]
    [TestCase("!!! INVALID !!!", "Syntax error; token: \"!\", near: \"!!\"")]
    [TestCase("\"a b\"", "Syntax error; token: \"\"\", near: \"\"a\"")]
    [TestCase("a, #u, a.name", "Attribute name is a reserved keyword; reserved keyword: name")]
    [TestCase("and", "Attribute name is a reserved keyword; reserved keyword: and")]
    [TestCase("a, #u, a", "An expression attribute name used in the document path is not defined; attribute name: #u")]
    [TestCase(
        "a, a", "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]")]
    [TestCase(
        "a.b, c, a",
        "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]")]
    [TestCase(
        "a.b, a[1]",
        "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [1]]")]
    [TestCase(
        "a.b, a[1], c, c.d",
        "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [c], path two: [c, d]")]
    [TestCase("a[2147483648]", "List index is not within the allowable range; index: [2147483648]")]
    public void Projection_Faulty_ReportsTheServicesText(string text, string fault) =>
        Assert.That(
            ProjectionExpression.TryParse(text, ExpressionAttributes.None, out _)?.Message,
            Is.EqualTo("Invalid ProjectionExpression: " + fault));

    [Test]
    public void Projection_AliasOfAPath_OverlapsAfterSubstitution() =>
        Assert.That(
            ProjectionExpression.TryParse("a.b, #a.b", Doc.Substitutions("""{"#a":"a"}"""), out _)?.Message,
            Does.EndWith("overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, b]"));
}
