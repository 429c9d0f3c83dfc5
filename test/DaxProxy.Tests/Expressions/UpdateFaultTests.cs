using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using NUnit.Framework;

namespace DaxProxy.Tests.Expressions;

public sealed class UpdateFaultTests
{
    private const string Values =
        """{":s":"s",":n":1,":b":{"$b":"AAE="},":l":[],":m":{},":bool":true,":null":null,":ss":{"$ss":["a"]}}""";

    [TestCase("", "The expression can not be empty;")]
    [TestCase("SET", "Syntax error; token: \"<EOF>\", near: \"SET\"")]
    [TestCase("INVALID SYNTAX HERE", "Syntax error; token: \"INVALID\", near: \"INVALID SYNTAX\"")]
    [TestCase("SET _123 = :s", "Syntax error; token: \"_\", near: \"SET _123\"")]
    [TestCase("SET path1 = VALUE 1", "Syntax error; token: \"1\", near: \"VALUE 1\"")]
    [TestCase("SET a-b = :s", "Syntax error; token: \"-\", near: \"a-b\"")]
    [TestCase("SET numx = numx * :v", "Syntax error; token: \"*\", near: \"numx * :v\"")]
    [TestCase("SET a = b +", "Syntax error; token: \"<EOF>\", near: \"+\"")]
    [TestCase("SET a = b + c + d", "Syntax error; token: \"+\", near: \"c + d\"")]
    [TestCase("SET a = (b + c) + d", "Syntax error; token: \"+\", near: \") + d\"")]
    [TestCase("SET a = if_not_exists(a, b + c)", "Syntax error; token: \"+\", near: \"b + c\"")]
    [TestCase("SET a = :s, ", "Syntax error; token: \"<EOF>\", near: \",\"")]
    [TestCase("SET a = :s REMOVE", "Syntax error; token: \"<EOF>\", near: \"REMOVE\"")]
    [TestCase("SET set = :s", "Syntax error; token: \"set\", near: \"SET set =\"")]
    [TestCase("ADD a b", "Syntax error; token: \"b\", near: \"a b\"")]
    [TestCase("ADD numx", "Syntax error; token: \"<EOF>\", near: \"numx\"")]
    [TestCase("DELETE a = :ss", "Syntax error; token: \"=\", near: \"a = :ss\"")]
    [TestCase("REMOVE :s", "Syntax error; token: \":s\", near: \"REMOVE :s\"")]
    [TestCase("SET a = b = c", "Syntax error; token: \"=\", near: \"b = c\"")]
    [TestCase("SET name = :u, a = dog(b)", "Attribute name is a reserved keyword; reserved keyword: name")]
    [TestCase("SET a = and", "Attribute name is a reserved keyword; reserved keyword: and")]
    [TestCase("SET a = dog(:u) SET b = :u", "Invalid function name; function: dog")]
    [TestCase("SET a = size(b)", "The function is not allowed in an update expression; function: size")]
    [TestCase(
        "SET a = list_append(list_append(a, b), c)",
        "The function is not allowed to be used this way in an expression; function: list_append")]
    [TestCase("SET a = :u REMOVE b SET c = :s", "The \"SET\" section can only be used once in an update expression;")]
    [TestCase("remove a Remove #u", "The \"REMOVE\" section can only be used once in an update expression;")]
    [TestCase("ADD a :n ADD b :n", "The \"ADD\" section can only be used once in an update expression;")]
    [TestCase("DELETE a :ss DELETE b :ss", "The \"DELETE\" section can only be used once in an update expression;")]
    [TestCase("SET a = :u, b = #u", "An expression attribute name used in the document path is not defined; attribute name: #u")]
    [TestCase("SET a = :u, a = :n", "An expression attribute value used in expression is not defined; attribute value: :u")]
    [TestCase(
        "SET a = :n, b = :n REMOVE a",
        "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]")]
    [TestCase(
        "SET a.b = :n ADD a :s",
        "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]")]
    [TestCase(
        "SET a.b = :n, a[1] = :n DELETE c :s",
        "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [1]]")]
    [TestCase(
        "SET a.b = :n, a[1] = :n, c[0].d = :s, c[0] = :s",
        "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [c, [0], d], path two: [c, [0]]")]
    [TestCase(
        "ADD a :s",
        "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND")]
    [TestCase(
        "ADD a :b",
        "Incorrect operand type for operator or function; operator: ADD, operand type: BINARY, typeSet: ALLOWED_FOR_ADD_OPERAND")]
    [TestCase(
        "ADD a :null",
        "Incorrect operand type for operator or function; operator: ADD, operand type: NULL, typeSet: ALLOWED_FOR_ADD_OPERAND")]
    [TestCase(
        "ADD a :bool",
        "Incorrect operand type for operator or function; operator: ADD, operand type: BOOLEAN, typeSet: ALLOWED_FOR_ADD_OPERAND")]
    [TestCase(
        "ADD a :l", "Incorrect operand type for operator or function; operator: ADD, operand type: LIST, typeSet: ALLOWED_FOR_ADD_OPERAND")]
    [TestCase(
        "ADD a :m", "Incorrect operand type for operator or function; operator: ADD, operand type: MAP, typeSet: ALLOWED_FOR_ADD_OPERAND")]
    [TestCase(
        "DELETE a :n",
        "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND")]
    [TestCase(
        "SET b = c + :s ADD a :s",
        "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND")]
    [TestCase("SET b = c + :s", "Incorrect operand type for operator or function; operator or function: +, operand type: S")]
    [TestCase("SET b = :l - c", "Incorrect operand type for operator or function; operator or function: -, operand type: L")]
    [TestCase(
        "SET b = list_append(c, :s)",
        "Incorrect operand type for operator or function; operator or function: list_append, operand type: S")]
    [TestCase("SET b = if_not_exists(:s, c)", "Operator or function requires a document path; operator or function: if_not_exists")]
    [TestCase(
        "SET b = if_not_exists(c)",
        "Incorrect number of operands for operator or function; operator or function: if_not_exists, number of operands: 1")]
    [TestCase(
        "SET b = list_append(c, d, e)",
        "Incorrect number of operands for operator or function; operator or function: list_append, number of operands: 3")]
    [TestCase("SET a[2147483648] = :n", "List index is not within the allowable range; index: [2147483648]")]
    public void Update_Faulty_ReportsTheServicesText(string text, string fault)
    {
        DynamoError? error = UpdateExpression.TryParse(
            text, Doc.Substitutions(Values), ValidationLayer.Current, out UpdateExpression? expression);
        Assert.Multiple(() =>
        {
            Assert.That(error?.Message, Is.EqualTo("Invalid UpdateExpression: " + fault));
            Assert.That(expression, Is.Null);
        });
    }

    [TestCase("SET a = ((:n))")]
    [TestCase("SET a = ((b + :n))")]
    [TestCase("SET a = ((b)) + :n")]
    [TestCase("SET a = if_not_exists(((a)), :n)")]
    public void Update_DoubledParentheses_AreASyntaxError(string text) =>
        Assert.That(
            UpdateExpression.TryParse(text, Doc.Substitutions(Values), ValidationLayer.Current, out _)?.Message,
            Does.StartWith("Invalid UpdateExpression: Syntax error; token: "));

    [Test]
    public void Update_OfManyBytes_DoesNotSayHowMany() =>
        Assert.That(
            UpdateExpression.TryParse("SET a = :n".PadRight(4097), Doc.Substitutions(Values), ValidationLayer.Current, out _)?.Message,
            Is.EqualTo("Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;"));

    [TestCase("SET a = (:n)")]
    [TestCase("SET a = (b + :n)")]
    [TestCase("SET a = ((b) + :n)")]
    [TestCase("SET a = (b) + (:n)")]
    [TestCase("set a = :n,b=:n remove c , d.e[0] add f :n, g :ss delete h :ss")]
    [TestCase("SET a = if_not_exists(a, if_not_exists(b, list_append(c, if_not_exists(d, :l))))")]
    [TestCase("SET a[1] = a[0], a[0] = a")]
    public void Update_WellFormed_IsAccepted(string text) =>
        Assert.That(UpdateExpression.TryParse(text, Doc.Substitutions(Values), ValidationLayer.Current, out _)?.Message, Is.Null);
}
