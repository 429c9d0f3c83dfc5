using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>DescribeBulkOperation, ListBulkOperations and CancelBulkOperation where there is no bulk operation.</summary>
public static class BulkOperationsTests
{
    private const string Arn = "'BulkOperationArn':'arn:aws:dynamodb:us-east-1:000000000000:table/absent/bulk-operation/1'";

    public sealed class None(Stack stack) : ConformanceTest(stack)
    {
        [Test]
        public async Task ListBulkOperations_IsEmpty() =>
            Assert.That((await SendAsync("ListBulkOperations", "{}")).Text, Is.EqualTo("""{"BulkOperationsSummaryList":[]}"""));

        [Test]
        public async Task Operation_ThatIsNotThere_IsNotFound([Values("DescribeBulkOperation", "CancelBulkOperation")] string operation) =>
            Assert.That((await SendAsync(operation, "{" + Arn + "}")).Error, Does.StartWith("ResourceNotFoundException: "));

        [Test]
        public async Task Operation_ThatIsNotNamed_IsRefused([Values("DescribeBulkOperation", "CancelBulkOperation")] string operation) =>
            Assert.That(
                (await SendAsync(operation, "{}")).Error, Does.Contain("Value null at 'bulkOperationArn' failed to satisfy constraint"));
    }
}
