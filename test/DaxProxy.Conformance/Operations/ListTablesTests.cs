using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>ListTables.</summary>
public static class ListTablesTests
{
    public sealed class Serialization(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("{'Limit':'1'}", "STRING_VALUE cannot be converted to Integer")]
        [TestCase("{'ExclusiveStartTableName':1}", "NUMBER_VALUE cannot be converted to String")]
        public async Task Member_OfAnotherKind_IsRefused(string request, string text) =>
            Assert.That((await SendAsync("ListTables", request)).Error, Is.EqualTo("SerializationException: " + text));
    }

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("{'Limit':0}", "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1")]
        [TestCase("{'Limit':101}", "Value '101' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 100")]
        public async Task Limit_OutOfRange_IsRefused(string request, string text) =>
            Assert.That(
                (await SendAsync("ListTables", request)).Error, Is.EqualTo("ValidationException: 1 validation error detected: " + text));
    }

    public sealed class Behaviour(Stack stack) : ConformanceTest(stack)
    {
        [Test]
        public async Task Pages_AreInOrderOfNames()
        {
            string[] names = ["A", "B", "a", "b"];
            await Task.WhenAll(names.Select(name => Sdk.CreateTableAsync(Plain.Request($"{Table}-{name}"))));
            ListTablesResponse page = await Sdk.ListTablesAsync($"{Table}-A", 2);
            Assert.That(page.TableNames, Is.EqualTo(new[] { $"{Table}-B", $"{Table}-a" }));
            Assert.That(page.LastEvaluatedTableName, Is.EqualTo($"{Table}-a"));
            page = await Sdk.ListTablesAsync(page.LastEvaluatedTableName, 1);
            Assert.That(page.TableNames, Is.EqualTo(new[] { $"{Table}-b" }));
            await Task.WhenAll(names.Select(name => Sdk.DeleteTableAsync($"{Table}-{name}")));
        }

        [Test]
        public async Task ExclusiveStart_NeedNotExist()
        {
            await MakeTableAsync(Plain);
            Assert.That((await Sdk.ListTablesAsync(Table[..^1], 1)).TableNames, Has.Count.EqualTo(1));
        }
    }
}
