using DaxProxy.Commands;
using DaxProxy.Core.Policies;
using NUnit.Framework;

namespace DaxProxy.Tests.Policies;

/// <summary>What <c>policy test</c> says, and its exit codes.</summary>
public sealed class PolicyCommandTests
{
    private const string Account = "000000000000", Table = $"arn:aws:dynamodb:us-east-1:{Account}:table/Orders";

    private DirectoryInfo folder = null!;

    [SetUp]
    public void Write()
    {
        folder = Directory.CreateTempSubdirectory("daxproxy-policies-");
        folder.CreateSubdirectory("users");
        folder.CreateSubdirectory("roles");
        File.WriteAllText(Path.Combine(folder.FullName, "users", "reader"), "ReadOnly");
        File.WriteAllText(Path.Combine(folder.FullName, "users", "north.json"), """
            {"Version":"2012-10-17","Statement":[
            {"Sid":"own","Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"${aws:username}"}}},
            {"Sid":"never","Effect":"Deny","Action":"dynamodb:DeleteTable","Resource":"*"}]}
            """);
        File.WriteAllText(
            Path.Combine(folder.FullName, "roles", "service.json"),
            """{"AssumeRolePolicyDocument":{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}},"Policies":["Full"]}""");
    }

    [TearDown]
    public void Delete() => folder.Delete(recursive: true);

    [TestCase("reader", null, "dynamodb:GetItem", null, 0, "allowed by ReadOnly#1")]
    [TestCase("reader", null, "dynamodb:PutItem", null, 1, "refused because no identity-based policy allows the dynamodb:PutItem action")]
    [TestCase("north", null, "dynamodb:GetItem", "north", 0, "allowed by users/north.json#own\ndepends on dynamodb:LeadingKeys (north)")]
    [TestCase("north", null, "dynamodb:GetItem", "south", 1, "depends on dynamodb:LeadingKeys (south)")]
    [TestCase("north", null, "dynamodb:DeleteTable", null, 1, "refused by users/north.json#never")]
    [TestCase(null, "service", "dynamodb:DeleteTable", null, 0, "allowed by Full#1")]
    [TestCase("mallory", null, "dynamodb:GetItem", null, 1, "says nothing of the user mallory, so nothing is allowed")]
    [TestCase(null, null, "dynamodb:GetItem", null, 2, "Say who asks: --user NAME or --role NAME")]
    public void Test_SaysWhatPoliciesSayAndWhy(string? user, string? role, string action, string? key, int code, string told)
    {
        StringWriter output = new() { NewLine = "\n" };
        int result = PolicyCommand.Test(
            folder.FullName, Account, user, role, action, Table, request => Describe(request, key), output, output);
        Assert.That((result, output.ToString()), Is.EqualTo((code, output.ToString())));
        Assert.That(output.ToString(), Does.Contain(told));
    }

    [Test]
    public void Test_OfAFolderWithAFault_SaysWhere()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "users", "north.json"), "{}");
        StringWriter output = new();
        int result = PolicyCommand.Test(folder.FullName, Account, "north", null, "dynamodb:GetItem", Table, _ => { }, output, output);
        Assert.That(result, Is.EqualTo(2));
        Assert.That(output.ToString(), Does.Contain("north.json:1: "));
    }

    private static void Describe(RequestContext request, string? key)
    {
        if (key is not null)
        {
            request.Set("dynamodb:LeadingKeys", key);
        }
    }
}
