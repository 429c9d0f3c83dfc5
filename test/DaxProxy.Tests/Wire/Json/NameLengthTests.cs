using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Wire.Json;
using NUnit.Framework;

namespace DaxProxy.Tests.Wire.Json;

/// <summary>Lengths of names in the words of the older profile. Source: answers of the service that dynalite's tests recorded.</summary>
public sealed class NameLengthTests
{
    [TestCase("CreateTable", "", false)]
    [TestCase("CreateTable", "a;", false)]
    [TestCase("UpdateTable", "ab", false)]
    [TestCase("DescribeTable", "256", false)]
    [TestCase("DeleteTable", "256", false)]
    [TestCase("UpdateTimeToLive", "", false)]
    [TestCase("DescribeContinuousBackups", "256", false)]
    [TestCase("GetItem", "256", true)]
    [TestCase("DescribeTable", "abc;", true)]
    public void TableName_OfAnotherLength_IsJudgedFirstByTheControlPlaneOfClassic(string verb, string name, bool isConstraint)
    {
        string text = name == "256" ? new string('a', 256) : name;
        using JsonDocument body = JsonDocument.Parse($"{{\"TableName\":\"{text}\",\"Key\":{{}}}}");
        DynamoError? error = JsonRequest.TryRead("DynamoDB_20120810." + verb, body.RootElement, ValidationProfile.Classic, out _);
        Assert.That(error?.Message, isConstraint
            ? Does.StartWith($"1 validation error detected: Value '{text}' at 'tableName' failed to satisfy constraint: ")
            : Is.EqualTo("TableName must be at least 3 characters long and at most 255 characters long"));
    }
}
