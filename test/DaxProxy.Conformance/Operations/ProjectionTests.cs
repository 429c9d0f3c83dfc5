using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>Projections of every read, judged alike whether or not a cache could answer.</summary>
public static class ProjectionTests
{
    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        private const string IntoKey =
            "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ";

        [TestCase("p.q", "Key: p")]
        [TestCase("s[0]", "Key: s")]
        [TestCase("#p.q", "Key: p")]
        [TestCase("g.q", "IndexKey: g")]
        public async Task Path_IntoAKey_IsRefusedByEveryRead(string path, string key)
        {
            await MakeTableAsync(new TableShape("p:S s:S").Gsi("byG", "g:S", "ALL"));
            await PutAsync("{'p':{'S':'a'},'s':{'S':'b'},'g':{'S':'c'}}");
            string names = path[0] == '#' ? ",'ExpressionAttributeNames':{'#p':'p'}" : "";
            string projection = $"'ProjectionExpression':'{path}'{names}";
            (string, string)[] reads =
            [
                ("GetItem", "{'TableName':'$T','Key':{'p':{'S':'a'},'s':{'S':'b'}},#}"),
                ("GetItem", "{'TableName':'$T','Key':{'p':{'S':'a'},'s':{'S':'none'}},#}"),
                ("GetItem", "{'TableName':'$T','Key':{'p':{'S':'a'},'s':{'S':'b'}},'ConsistentRead':true,#}"),
                ("BatchGetItem", "{'RequestItems':{'$T':{'Keys':[{'p':{'S':'a'},'s':{'S':'b'}}],#}}}"),
                ("BatchGetItem", "{'RequestItems':{'$T':{'Keys':[{'p':{'S':'a'},'s':{'S':'none'}}],#}}}"),
                ("BatchGetItem", "{'RequestItems':{'$T':{'Keys':[{'p':{'S':'a'},'s':{'S':'b'}}],'ConsistentRead':true,#}}}"),
                ("Query", "{'TableName':'$T','KeyConditionExpression':'p = :p','ExpressionAttributeValues':{':p':{'S':'a'}},#}"),
                ("Scan", "{'TableName':'$T',#}"),
            ];
            foreach ((string operation, string request) in reads)
            {
                for (int i = 0; i < 2; i++)
                {
                    Assert.That((await SendAsync(operation, request.Replace("#}", projection + "}", StringComparison.Ordinal))).Error,
                        Is.EqualTo(IntoKey + key), $"{operation} {request}");
                    await SendAsync(operation, request.Replace(",#}", "}", StringComparison.Ordinal));
                }
            }
        }
    }

    public sealed class Behaviour(Stack stack) : ConformanceTest(stack)
    {
        [Test]
        public async Task TransactGetItems_OfNothingThereIs_SaysNothing()
        {
            await MakeTableAsync(Plain);
            await PutAsync("{'p':{'S':'a'}}");
            WireReply reply = await SendAsync("TransactGetItems",
                "{'TransactItems':[{'Get':{'TableName':'$T','Key':{'p':{'S':'a'}},'ProjectionExpression':'x'}}]}");
            Assert.That(reply.Text, Is.EqualTo("{\"Responses\":[{}]}"));
        }
    }
}
