using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>ExecuteStatement, BatchExecuteStatement and ExecuteTransaction.</summary>
public static class PartiqlTests
{
    public sealed class Serialization(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("ExecuteStatement", "{'Statement':1}")]
        [TestCase("ExecuteStatement", "{'Statement':'x','Parameters':{}}")]
        [TestCase("BatchExecuteStatement", "{'Statements':[1]}")]
        [TestCase("ExecuteTransaction", "{'TransactStatements':[{'Statement':true}]}")]
        public async Task Member_OfAnotherKind_IsRefused(string operation, string request) =>
            Assert.That((await SendAsync(operation, request)).Error, Does.StartWith("SerializationException"));
    }

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("ExecuteStatement", "{}", "statement")]
        [TestCase("ExecuteStatement", "{'Statement':''}", "length greater than or equal to 1")]
        [TestCase("ExecuteStatement", "{'Statement':'x','Parameters':[]}", "length greater than or equal to 1")]
        [TestCase("ExecuteStatement", "{'Statement':'x','Limit':0}", "greater than or equal to 1")]
        [TestCase("BatchExecuteStatement", "{'Statements':[]}", "length greater than or equal to 1")]
        [TestCase("ExecuteTransaction", "{'TransactStatements':[]}", "length greater than or equal to 1")]
        [TestCase(
            "ExecuteTransaction", "{'ClientRequestToken':'','TransactStatements':[{'Statement':'x'}]}",
            "length greater than or equal to 1")]
        public async Task Request_OutsideTheModel_IsRefused(string operation, string request, string text) => Assert.That(
            (await SendAsync(operation, request)).Error,
            Does.StartWith("ValidationException: 1 validation error detected: ").And.Contain(text));

        [TestCase("nonsense", "Statement wasn't well formed, can't be processed: Expected data manipulation")]
        [TestCase(
            "SELECT * FROM t WHERE a = 1 AND",
            "Statement wasn't well formed, can't be processed: Missing right-hand side expression of infix operator")]
        [TestCase("SELECT * FROM a.b.c", "A path may contain at most 2 components in the FROM clause")]
        [TestCase("UPDATE t.i SET a = 1 WHERE pk = 1", "This operation is not supported on an index")]
        [TestCase("INSERT INTO t.i VALUE {'pk': 1}", "FROM clause may only contain a single table name in data manipulation statements at 1:13:1")]
        public async Task Statement_ThatCannotBe_IsRefused(string statement, string text)
        {
            AmazonDynamoDBException? error = await Assert.ThrowsAsync<AmazonDynamoDBException>(
                () => Sdk.ExecuteStatementAsync(new ExecuteStatementRequest { Statement = statement }));
            Assert.That((error!.ErrorCode, error.Message), Is.EqualTo(("ValidationException", text)));
        }

        [Test]
        public async Task Table_ThatDoesNotExist_IsNotFound() => await Assert.ThrowsAsync<ResourceNotFoundException>(
            () => Sdk.ExecuteStatementAsync(new ExecuteStatementRequest { Statement = $"SELECT * FROM \"{Table}\"" }));
    }

    public sealed class Behaviour(Stack stack) : ConformanceTest(stack)
    {
        [Test]
        public async Task Item_IsInsertedReadUpdatedAndDeleted()
        {
            await MakeTableAsync(Sorted);
            Assert.That((await RunAsync("INSERT INTO $T VALUE {'p': 'a', 's': ?, 'n': 1}", new AttributeValue("1"))).Items, Is.Empty);
            await Assert.ThrowsAsync<DuplicateItemException>(() => RunAsync("INSERT INTO $T VALUE {'p': 'a', 's': '1'}"));
            Assert.That(
                await TextsAsync("SELECT * FROM $T WHERE p = 'a' AND s = '1'"),
                Is.EqualTo((string[])["{'n':{'N':'1'},'p':{'S':'a'},'s':{'S':'1'}}"]));
            Assert.That(
                await TextsAsync("UPDATE $T SET n = n + 1 WHERE p = 'a' AND s = '1' RETURNING MODIFIED NEW *"),
                Is.EqualTo((string[])["{'n':{'N':'2'}}"]));
            Assert.That(await ReadAsync("{'p':{'S':'a'},'s':{'S':'1'}}"), Is.EqualTo("{'n':{'N':'2'},'p':{'S':'a'},'s':{'S':'1'}}"));
            Assert.That(await TextsAsync("SELECT n FROM $T WHERE p = 'a' AND s = '1'"), Is.EqualTo((string[])["{'n':{'N':'2'}}"]));
            ConditionalCheckFailedException? error =
                await Assert.ThrowsAsync<ConditionalCheckFailedException>(() => Sdk.ExecuteStatementAsync(
                    new ExecuteStatementRequest
                    {
                        Statement = $"DELETE FROM \"{Table}\" WHERE p = 'a' AND s = '1' AND n > 5",
                        ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
                    }));
            Assert.That(Attributes.Text(error!.Item), Is.EqualTo("{'n':{'N':'2'},'p':{'S':'a'},'s':{'S':'1'}}"));
            Assert.That(await TextsAsync("DELETE FROM $T WHERE p = 'a' AND s = '1' RETURNING ALL OLD *"), Has.Length.EqualTo(1));
            Assert.That(await ReadAsync("{'p':{'S':'a'},'s':{'S':'1'}}"), Is.EqualTo("none"));
        }

        [Test]
        public async Task Select_GoesOnWithItsToken()
        {
            await MakeTableAsync(Sorted);
            for (int i = 0; i < 5; i++)
            {
                await PutAsync($"{{'p':{{'S':'a'}},'s':{{'S':'{i}'}}}}");
            }

            List<string> found = [];
            string? token = null;
            do
            {
                ExecuteStatementResponse page = await Sdk.ExecuteStatementAsync(
                    new ExecuteStatementRequest
                    {
                        Statement = $"SELECT s FROM \"{Table}\" WHERE p = 'a' ORDER BY s DESC",
                        Limit = 2,
                        NextToken = token,
                    });
                found.AddRange(page.Items.Select(item => item["s"].S));
                token = page.NextToken;
            }
            while (token is not null);
            Assert.That(found, Is.EqualTo((string[])["4", "3", "2", "1", "0"]));
        }

        [Test]
        public async Task Select_ReadsAnIndex()
        {
            await MakeTableAsync(new TableShape("p:S").Gsi("by-x", "x:N", "ALL"));
            await PutAsync("{'p':{'S':'a'},'x':{'N':'1'},'m':{'M':{'l':{'L':[{'N':'7'}]}}}}");
            await PutAsync("{'p':{'S':'b'}}");
            Assert.That(
                await TextsAsync("SELECT p, m.l[0] FROM $T.\"by-x\" WHERE x IN [1, 2] AND m IS NOT MISSING"),
                Is.EqualTo((string[])["{'l':{'N':'7'},'p':{'S':'a'}}"]));
        }

        [Test]
        public async Task Batch_AnswersEachStatement()
        {
            await MakeTableAsync(Plain);
            await PutAsync("{'p':{'S':'a'},'n':{'N':'1'}}");
            BatchExecuteStatementResponse reply = await Sdk.BatchExecuteStatementAsync(new BatchExecuteStatementRequest
            {
                Statements =
                [
                    new() { Statement = $"SELECT n FROM \"{Table}\" WHERE p = ?", Parameters = [new("a")], ConsistentRead = true },
                    new() { Statement = $"SELECT n FROM \"{Table}\" WHERE p = 'none'", ConsistentRead = true },
                    new() { Statement = $"SELECT n FROM \"{Table}\"" },
                ],
                ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
            });
            Assert.That(Attributes.Text(reply.Responses[0].Item), Is.EqualTo("{'n':{'N':'1'}}"));
            Assert.That(reply.Responses.Select(response => response.TableName), Is.All.EqualTo(Table));
            Assert.That(reply.Responses[1].Error, Is.Null);
            Assert.That(reply.Responses[2].Error.Code, Is.EqualTo(BatchStatementErrorCodeEnum.ValidationError));
            Assert.That(reply.ConsumedCapacity.Single().CapacityUnits, Is.EqualTo(2));
        }

        [Test]
        public async Task Transaction_IsAllOrNothing()
        {
            await MakeTableAsync(Plain);
            await PutAsync("{'p':{'S':'a'},'n':{'N':'1'}}");
            TransactionCanceledException? error = await Assert.ThrowsAsync<TransactionCanceledException>(() => TransactAsync(
                "INSERT INTO $T VALUE {'p': 'b'}", "UPDATE $T SET n = 2 WHERE p = 'a' AND n = 7"));
            Assert.That(error!.CancellationReasons.Select(reason => reason.Code), Is.EqualTo((string[])["None", "ConditionalCheckFailed"]));
            Assert.That(await ReadAsync("{'p':{'S':'b'}}"), Is.EqualTo("none"));

            ExecuteTransactionResponse written = await TransactAsync(
                "INSERT INTO $T VALUE {'p': 'b'}", "UPDATE $T SET n = 2 WHERE p = 'a'",
                "EXISTS(SELECT * FROM $T WHERE p = 'c' AND n IS MISSING)");
            Assert.That(written.Responses, Is.Empty);
            ExecuteTransactionResponse read = await TransactAsync("SELECT * FROM $T WHERE p = 'b'", "SELECT n FROM $T WHERE p = 'a'");
            Assert.That(
                read.Responses.Select(response => Attributes.Text(response.Item)),
                Is.EqualTo((string[])["{'p':{'S':'b'}}", "{'n':{'N':'2'}}"]));
        }

        private Task<ExecuteStatementResponse> RunAsync(string statement, params AttributeValue[] parameters) =>
            Sdk.ExecuteStatementAsync(new ExecuteStatementRequest
            {
                Statement = InTable(statement),
                Parameters = parameters.Length == 0 ? null : [.. parameters],
            });

        private async Task<string[]> TextsAsync(string statement) => Attributes.Texts((await RunAsync(statement)).Items);

        private Task<ExecuteTransactionResponse> TransactAsync(params string[] statements) =>
            Sdk.ExecuteTransactionAsync(new ExecuteTransactionRequest
            {
                TransactStatements = [.. statements.Select(statement => new ParameterizedStatement { Statement = InTable(statement) })],
            });

        private string InTable(string statement) => statement.Replace("$T", $"\"{Table}\"", StringComparison.Ordinal);
    }
}
