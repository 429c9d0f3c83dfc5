using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using NUnit.Framework;

namespace DaxProxy.Tests.Expressions;

public sealed class UpdateTests
{
    private const string Invalid = "The document path provided in the update expression is invalid for update";
    private const string Missing = "The provided expression refers to an attribute that does not exist in the item";
    private const string WrongType = "An operand in the update expression has an incorrect data type";

    private const string Values =
        """
        {":s":"new",":1":1,":2":2,":3":3,":n2":-2,":l":[9],":m":{"z":1},":ab":{"$ss":["a","b"]},":bc":{"$ss":["b","c"]},":n12":{"$ns":[1,2]},
         ":big":1e50}
        """;

    // SET
    [TestCase("{}", "SET a = :s", """{"a":"new"}""")]
    [TestCase("""{"a":1,"b":2}""", "SET a = b, b = a", """{"a":2,"b":1}""")]
    [TestCase("""{"a":1}""", "SET a = a + :1, b = a", """{"a":2,"b":1}""")]
    [TestCase("""{"a":1}""", "SET a = a - :3", """{"a":-2}""")]
    [TestCase("""{"a":1}""", "SET b = :3 - a", """{"a":1,"b":2}""")]
    [TestCase("{}", "SET a = if_not_exists(a, :1) + :2", """{"a":3}""")]
    [TestCase("""{"a":5}""", "SET a = if_not_exists(a, :1) + :2", """{"a":7}""")]
    [TestCase("""{"a":5}""", "SET a = if_not_exists(a, nope)", """{"a":5}""")]
    [TestCase("""{"a":[1]}""", "SET a = list_append(a, :l)", """{"a":[1,9]}""")]
    [TestCase("""{"a":[1]}""", "SET a = list_append(:l, a)", """{"a":[9,1]}""")]
    [TestCase("{}", "SET a = list_append(if_not_exists(a, :l), :l)", """{"a":[9,9]}""")]
    [TestCase("""{"a":{"b":1,"c":{"d":2}}}""", "SET a.c.d = :s, a.e = :1", """{"a":{"b":1,"c":{"d":"new"},"e":1}}""")]
    [TestCase("""{"a":[1,2,3]}""", "SET a[1] = :s", """{"a":[1,"new",3]}""")]
    [TestCase("""{"a":[1]}""", "SET a[9] = :2, a[5] = :1, a[70] = :3", """{"a":[1,1,2,3]}""")]
    [TestCase("""{"a":[]}""", "SET a[1] = :2, a[0] = :1", """{"a":[1,2]}""")]
    [TestCase("""{"a":[{"b":[0]}]}""", "SET a[0].b[1] = :1", """{"a":[{"b":[0,1]}]}""")]
    [TestCase("""{"a":null}""", "SET a = :m", """{"a":{"z":1}}""")]
    [TestCase("""{"a.b":1}""", "SET #d = :2", """{"a.b":2}""")]
    [TestCase("""{"pk":"key"}""", "SET a = pk", """{"pk":"key","a":"key"}""")]
    // REMOVE
    [TestCase("""{"a":1,"b":2}""", "REMOVE a, nope", """{"b":2}""")]
    [TestCase("""{"a":[0,1,2,3]}""", "REMOVE a[1], a[2]", """{"a":[0,3]}""")]
    [TestCase("""{"a":[0,1,2,3]}""", "REMOVE a[9]", """{"a":[0,1,2,3]}""")]
    [TestCase("""{"a":[0,1,2,3]}""", "REMOVE a[1] SET a[3] = :s", """{"a":[0,2,"new"]}""")]
    [TestCase("""{"a":[0,1]}""", "REMOVE a[0] SET a[7] = :s", """{"a":[1,"new"]}""")]
    [TestCase("""{"a":{"b":1,"c":2}}""", "REMOVE a.b, a.nope", """{"a":{"c":2}}""")]
    [TestCase("""{"a":{"b":1}}""", "REMOVE a.b", """{"a":{}}""")]
    // ADD
    [TestCase("{}", "ADD a :1", """{"a":1}""")]
    [TestCase("""{"a":5}""", "ADD a :n2", """{"a":3}""")]
    [TestCase("""{"a":{"$ss":["a","b"]}}""", "ADD a :bc", """{"a":{"$ss":["a","b","c"]}}""")]
    [TestCase("{}", "ADD a :bc", """{"a":{"$ss":["b","c"]}}""")]
    [TestCase("""{"a":{"b":1}}""", "ADD a.b :2, a.c :3", """{"a":{"b":3,"c":3}}""")]
    [TestCase("""{"a":[1]}""", "ADD a[0] :2, a[4] :3", """{"a":[3,3]}""")]
    // DELETE
    [TestCase("""{"a":{"$ss":["a","b"]}}""", "DELETE a :bc", """{"a":{"$ss":["a"]}}""")]
    [TestCase("""{"a":{"$ss":["b","c"]},"b":1}""", "DELETE a :bc", """{"b":1}""")]
    [TestCase("""{"b":1}""", "DELETE a :bc", """{"b":1}""")]
    [TestCase("""{"a":[{"$ss":["b"]},1]}""", "DELETE a[0] :bc", """{"a":[1]}""")]
    public void Update_OnAnItem_LeavesTheExpected(string item, string text, string expected)
    {
        AttributeMap old = Doc.Of(item);
        Assert.That(Parse(text).TryApply(old, [], out AttributeMap? updated)?.Message, Is.Null);
        Doc.AssertSame(updated, Doc.Of(expected));
        Doc.AssertSame(old, Doc.Of(item), "the old item");
    }

    [TestCase("{}", "SET a.b = :s", Invalid)]
    [TestCase("""{"a":"x"}""", "SET a.b = :s", Invalid)]
    [TestCase("""{"a":[]}""", "SET a.b = :s", Invalid)]
    [TestCase("{}", "SET a[0] = :s", Invalid)]
    [TestCase("""{"a":{}}""", "SET a[0] = :s", Invalid)]
    [TestCase("""{"a":[1]}""", "SET a[5].b = :s", Invalid)]
    [TestCase("{}", "REMOVE a.b", Invalid)]
    [TestCase("""{"a":1}""", "REMOVE a[0]", Invalid)]
    [TestCase("{}", "ADD a.b :1", Invalid)]
    [TestCase("{}", "SET a = b", Missing)]
    [TestCase("{}", "SET a = b + :1", Missing)]
    [TestCase("{}", "SET a = list_append(b, :l)", Missing)]
    [TestCase("{}", "SET a = if_not_exists(b, c)", Missing)]
    [TestCase("""{"b":"x"}""", "SET a = b + :1", WrongType)]
    [TestCase("""{"b":"x"}""", "SET a = list_append(:l, b)", WrongType)]
    [TestCase("""{"a":"x"}""", "ADD a :1", WrongType)]
    [TestCase("""{"a":1}""", "ADD a :bc", WrongType)]
    [TestCase("""{"a":{"$ss":["1"]}}""", "ADD a :n12", WrongType)]
    [TestCase("""{"a":[1]}""", "ADD a :1", WrongType)]
    [TestCase("""{"a":1}""", "DELETE a :bc", WrongType)]
    [TestCase("""{"a":{"$ss":["1"]}}""", "DELETE a :n12", WrongType)]
    [TestCase("""{"a":1}""", "SET a = :big + a", ValueFaults.Overflow)]
    [TestCase("""{"a":1}""", "SET a = a - :big", ValueFaults.Overflow)]
    [TestCase("""{"a":1}""", "ADD a :big", ValueFaults.Overflow)]
    public void Update_ThatDoesNotFitTheItem_Fails(string item, string text, string fault)
    {
        DynamoError? error = Parse(text).TryApply(Doc.Of(item), [], out AttributeMap? updated);
        Assert.Multiple(() =>
        {
            Assert.That(error?.Message, Is.EqualTo(fault));
            Assert.That(updated, Is.Null);
        });
    }

    [TestCase("SET a = :1", """{"pk":"k","a":1}""")]
    [TestCase("SET a = pk", """{"pk":"k","a":"k"}""")]
    [TestCase("ADD a :1, b :ab", """{"pk":"k","a":1,"b":{"$ss":["a","b"]}}""")]
    [TestCase("SET a = :1 REMOVE b.c", """{"pk":"k","a":1}""")]
    [TestCase("REMOVE a, b.c[0]", null)]
    [TestCase("DELETE a :ab", null)]
    [TestCase("DELETE a.b :ab REMOVE c", null)]
    public void Update_WithoutItem_CreatesUnlessItOnlyTakesAway(string text, string? expected)
    {
        AttributeMap key = Doc.Of("""{"pk":"k"}""");
        Assert.That(Parse(text).TryApply(null, key, out AttributeMap? updated)?.Message, Is.Null);
        Doc.AssertSame(updated, expected is null ? null : Doc.Of(expected));
        Doc.AssertSame(key, Doc.Of("""{"pk":"k"}"""), "the key");
    }

    [Test]
    public void Update_WithoutActions_CreatesTheKey()
    {
        new UpdateExpression([]).TryApply(null, Doc.Of("""{"pk":"k"}"""), out AttributeMap? updated);
        Doc.AssertSame(updated, Doc.Of("""{"pk":"k"}"""));
    }

    [TestCase(31, true)]
    [TestCase(32, false)]
    public void Update_NestingDeeply_IsLimited(int maps, bool isAccepted)
    {
        string item = $"{{\"a\":{{}},\"v\":{Nested(maps - 1)}}}";
        DynamoError? error = Parse("SET a.b = v").TryApply(Doc.Of(item), [], out _);
        Assert.That(error?.Message, Is.EqualTo(isAccepted ? null : ValueFaults.TooDeep));
    }

    [TestCase("""{"a":1,"b":2}""", "SET a = :1, c = :2 REMOVE b", """{"a":1,"b":2}""", """{"a":1,"c":2}""")]
    [TestCase("""{"a":{"b":"dog","c":[1,2,3]},"d":"cat"}""", "SET a.b = :s", """{"a":{"b":"dog"}}""", """{"a":{"b":"new"}}""")]
    [TestCase(
        """{"a":{"b":"dog","c":[1,2,3]}}""", "SET a.c[1] = :1, a.b = :2", """{"a":{"b":"dog","c":[2]}}""", """{"a":{"b":2,"c":[1]}}""")]
    [TestCase("""{"a":{"c":[1,3,3]}}""", "REMOVE a.c[1], a.c[3]", """{"a":{"c":[3]}}""", """{"a":{"c":[3]}}""")]
    [TestCase("""{"a":{"b":1}}""", "SET a.x1 = :1", null, """{"a":{"x1":1}}""")]
    [TestCase("""{"a":[1]}""", "SET a[100] = :1", """null""", null)]
    [TestCase("""{"a":1}""", "REMOVE a, b", """{"a":1}""", null)]
    [TestCase("""{"a":{"$ss":["b"]}}""", "DELETE a :bc", """{"a":{"$ss":["b"]}}""", null)]
    public void Pick_OldAndNew_AreTheTargetsInTheirNesting(string item, string text, string? expectedOld, string? expectedNew)
    {
        UpdateExpression update = Parse(text);
        AttributeMap old = Doc.Of(item);
        update.TryApply(old, [], out AttributeMap? updated);
        Doc.AssertSame(update.Pick(old), expectedOld is null or "null" ? null : Doc.Of(expectedOld), "old");
        Doc.AssertSame(update.Pick(updated), expectedNew is null ? null : Doc.Of(expectedNew), "new");
    }

    [Test]
    public void Pick_WithoutItem_IsNull() => Assert.That(Parse("SET a = :1").Pick(null), Is.Null);

    [Test]
    public void Legacy_AddOfAList_Appends()
    {
        UpdateExpression update = new(
            [new UpdateAction.Add(new DocumentPath("a"), Doc.Of("""{"v":[2]}""")["v"])], UpdateForm.AttributeUpdates);
        update.TryApply(Doc.Of("""{"a":[1]}"""), [], out AttributeMap? updated);
        Doc.AssertSame(updated, Doc.Of("""{"a":[1,2]}"""));
        Assert.That(update.TryApply(Doc.Of("""{"a":1}"""), [], out _)?.Message, Is.EqualTo("Type mismatch for attribute to update"));
    }

    [Test]
    public void Targets_AreTheLeftSides() =>
        Assert.That(
            Parse("SET a.b = c REMOVE d[0] ADD e :1 DELETE f :ab").Targets.Select(path => path.ToString()),
            Is.EqualTo(new[] { "[a, b]", "[d, [0]]", "[e]", "[f]" }));

    private static string Nested(int maps) =>
        string.Concat(Enumerable.Repeat("{\"k\":", maps)) + "1" + new string('}', maps);

    private static UpdateExpression Parse(string text)
    {
        ExpressionAttributes substitutions = Doc.Substitutions(
            Values.Insert(Values.IndexOf('{', StringComparison.Ordinal) + 1, "\"#d\":\"a.b\","));
        DynamoError? error = UpdateExpression.TryParse(text, substitutions, ValidationLayer.Current, out UpdateExpression? expression);
        Assert.That(error?.Message, Is.Null);
        return expression!;
    }
}
