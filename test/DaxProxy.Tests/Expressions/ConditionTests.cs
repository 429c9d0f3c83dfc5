using DaxProxy.Core.Expressions;
using NUnit.Framework;

namespace DaxProxy.Tests.Expressions;

public sealed class ConditionTests
{
    private const string Item =
        """
        {"s":"abc","u":"é😀","n":5,"m1":5.0,"b":{"$b":"AAEC"},"t":true,"z":null,"l":[1,"x",{"k":[7]}],"m":{"k":{"d":1},"x.y":3},
         "ss":{"$ss":["a","b"]},"ns":{"$ns":[1,2]},"bs":{"$bs":["AA==","AQ=="]},"x.y":9,"e":"","lm":[{"$ss":["b","a"]}]}
        """;

    private const string Values =
        """
        {":abc":"abc",":ab":"ab",":bc":"bc",":zz":"zz",":5":5.00,":4":4,":6":6,":1":1,":2":2,":3":3,":7":7,":10":10,":b1":{"$b":"AAE="},
         ":b12":{"$b":"AQI="},":a0":{"$b":"AA=="},":t":true,":z":null,":a":"a",":ssba":{"$ss":["b","a"]},":map":{"x.y":3.0,"k":{"d":1}},
         ":mk":{"k":[7]},":S":"S",":NULL":"NULL",":M":"M",":empty":"",":lset":[{"$ss":["a","b"]}],":l21":[2,1]}
        """;

    // Comparison
    [TestCase("s = :abc", true)]
    [TestCase("s = :ab", false)]
    [TestCase("s <> :ab", true)]
    [TestCase("n = m1", true)]
    [TestCase("n = :5", true)]
    [TestCase("n = :abc", false)]
    [TestCase("n <> :abc", true)]
    [TestCase("nope = :5", false)]
    [TestCase("nope <> :5", true)]
    [TestCase("nope = nil", false)]
    [TestCase("nope <> nil", true)]
    [TestCase("NOT nope = nil", true)]
    [TestCase("ss = :ssba", true)]
    [TestCase("m = :map", true)]
    [TestCase("lm = :lset", true)]
    [TestCase("l = :l21", false)]
    [TestCase("t = :t", true)]
    [TestCase("z = :z", true)]
    [TestCase("n < :6", true)]
    [TestCase("n < :5", false)]
    [TestCase("n <= :5", true)]
    [TestCase("n > :4", true)]
    [TestCase("n >= :5", true)]
    [TestCase(":6 > n", true)]
    [TestCase("n < :abc", false)]
    [TestCase("n >= :abc", false)]
    [TestCase("nope < :5", false)]
    [TestCase("t < n", false)]
    [TestCase("b > :a0", true)]
    [TestCase("s > :ab", true)]
    [TestCase("n > :10", false)]
    [TestCase(":5 = :5", true)]
    // BETWEEN
    [TestCase("n BETWEEN :5 AND :6", true)]
    [TestCase("n BETWEEN :4 AND :5", true)]
    [TestCase("n BETWEEN :6 AND :10", false)]
    [TestCase("s BETWEEN :4 AND :6", false)]
    [TestCase("nope BETWEEN :4 AND :6", false)]
    [TestCase(":5 BETWEEN :4 AND n", true)]
    [TestCase("n BETWEEN :4 AND :6 AND s = :abc", true)]
    [TestCase("NOT n BETWEEN :4 AND :6", false)]
    // IN
    [TestCase("s IN (:5, :abc)", true)]
    [TestCase("s IN (:5)", false)]
    [TestCase("nope IN (:5)", false)]
    [TestCase(":5 IN (nope, n)", true)]
    // Precedence
    [TestCase("s = :abc OR s = :ab AND n = :4", true)]
    [TestCase("(s = :abc OR s = :ab) AND n = :4", false)]
    [TestCase("NOT s = :abc OR n = :5", true)]
    [TestCase("NOT (s = :abc OR n = :5)", false)]
    [TestCase("NOT NOT s = :abc", true)]
    // Existence
    [TestCase("attribute_exists(z)", true)]
    [TestCase("attribute_exists(nope)", false)]
    [TestCase("attribute_not_exists(nope)", true)]
    [TestCase("attribute_exists(m.k.d)", true)]
    [TestCase("attribute_exists(l[2].k[0])", true)]
    [TestCase("attribute_exists(l[3])", false)]
    [TestCase("attribute_exists(m[0])", false)]
    [TestCase("attribute_exists(l.k)", false)]
    [TestCase("attribute_exists(#xy)", true)]
    [TestCase("#xy = :9", true)]
    [TestCase("m.#xy = :3", true)]
    [TestCase("l[2].k[0] = :7", true)]
    // Types
    [TestCase("attribute_type(s, :S)", true)]
    [TestCase("attribute_type(n, :S)", false)]
    [TestCase("attribute_type(z, :NULL)", true)]
    [TestCase("attribute_type(m, :M)", true)]
    [TestCase("attribute_type(nope, :M)", false)]
    [TestCase("attribute_type(:abc, :S)", true)]
    // begins_with
    [TestCase("begins_with(s, :ab)", true)]
    [TestCase("begins_with(s, :bc)", false)]
    [TestCase("begins_with(s, :empty)", true)]
    [TestCase("begins_with(b, :b1)", true)]
    [TestCase("begins_with(b, :ab)", false)]
    [TestCase("begins_with(n, :ab)", false)]
    [TestCase("begins_with(nope, :ab)", false)]
    [TestCase("begins_with(:abc, s)", true)]
    // contains
    [TestCase("contains(s, :bc)", true)]
    [TestCase("contains(s, :zz)", false)]
    [TestCase("contains(s, :5)", false)]
    [TestCase("contains(b, :b12)", true)]
    [TestCase("contains(ss, :a)", true)]
    [TestCase("contains(ss, :ab)", false)]
    [TestCase("contains(ns, :2)", true)]
    [TestCase("contains(ns, :a)", false)]
    [TestCase("contains(bs, :a0)", true)]
    [TestCase("contains(l, :1)", true)]
    [TestCase("contains(l, :mk)", true)]
    [TestCase("contains(lm, :ssba)", true)]
    [TestCase("contains(ss, :ssba)", false)]
    [TestCase("contains(m, :a)", false)]
    [TestCase("contains(n, :5)", false)]
    [TestCase("contains(nope, :a)", false)]
    [TestCase("NOT contains(nope, :a)", true)]
    // size
    [TestCase("size(s) = :3", true)]
    [TestCase("size(u) = :6", true)]
    [TestCase("size(b) = :3", true)]
    [TestCase("size(ss) = :2", true)]
    [TestCase("size(l) = :3", true)]
    [TestCase("size(m) = :2", true)]
    [TestCase("size(n) = :1", false)]
    [TestCase("size(n) <> :1", true)]
    [TestCase("size(nope) < :1", false)]
    [TestCase("size(s) BETWEEN :2 AND :4", true)]
    [TestCase("size(s) IN (:1, :3)", true)]
    [TestCase("size(s) < size(u)", true)]
    public void Condition_OnAnItem_HoldsOrNot(string text, bool expected)
    {
        ExpressionAttributes substitutions = Doc.Substitutions(
            Values.Replace("\":abc\"", "\"#xy\":\"x.y\",\":9\":9,\":abc\"", StringComparison.Ordinal));
        Assert.That(
            ConditionExpression.TryParse(text, ExpressionKind.Filter, substitutions, out ConditionExpression? expression)?.Message,
            Is.Null);
        Assert.That(expression!.Matches(Doc.Of(Item)), Is.EqualTo(expected));
    }

    [TestCase("attribute_not_exists(a)", true)]
    [TestCase("attribute_exists(a)", false)]
    [TestCase("a = :v", false)]
    [TestCase("a <> :v", true)]
    public void Condition_WithoutItem_SeesNoAttributes(string text, bool expected)
    {
        ConditionExpression.TryParse(
            text, ExpressionKind.Condition, Doc.Substitutions("""{":v":1}"""), out ConditionExpression? expression);
        Assert.That(expression!.Matches(null), Is.EqualTo(expected));
    }

    [Test]
    public void Condition_BuiltWithoutText_Matches()
    {
        ConditionExpression built = new(new ConditionNode.Comparison(
            new Operand.Attribute(new DocumentPath("a")), Comparator.Equal, new Operand.Constant(Doc.N(1))));
        ConditionExpression.TryParse(
            "#a = :v", ExpressionKind.Condition, Doc.Substitutions("""{"#a":"a",":v":1.0}"""), out ConditionExpression? parsed);
        Assert.Multiple(() =>
        {
            Assert.That(built.Matches(Doc.Of("""{"a":1}""")), Is.True);
            Assert.That(parsed!.Root, Is.EqualTo(built.Root));
        });
    }
}
