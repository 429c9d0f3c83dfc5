using System.Globalization;
using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy.</summary>
public static class ResourcePolicyTests
{
    private const string Policy = """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["dynamodb:GetItem"],"Resource":"*"}]}
        """;

    /// <summary>The same policy, written in another way.</summary>
    private const string SamePolicy = """
        { "Statement": [ { "Resource": ["*"], "Action": "dynamodb:GetItem",
          "Principal": { "AWS": ["arn:aws:iam::111122223333:root"] }, "Effect": "Allow" } ], "Version": "2012-10-17" }
        """;

    private const string OtherPolicy = """
        {"Statement":{"Effect":"Deny","Principal":"*","Action":"dynamodb:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}}
        """;

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        private const string Invalid = "ValidationException: One or more parameter values were invalid: ";

        [TestCase("name", Invalid + "ARNs must start with 'arn:': name")]
        [TestCase("arn:aws:s3:::bucket", Invalid + "Provided Arn is not a DynamoDB resource arn: arn:aws:s3:::bucket")]
        [TestCase("arn:aws:dynamodb:us-east-1:000000000000:table/abc/index/i",
            Invalid + "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: "
            + "arn:aws:dynamodb:us-east-1:000000000000:table/abc/index/i")]
        [TestCase("arn:aws:dynamodb:us-east-1:000000000000:table/absent",
            "ResourceNotFoundException: Requested resource not found: Table: absent not found")]
        public async Task Resource_ThatHasNoPolicy_IsRefused(string arn, string error)
        {
            foreach (string operation in (string[])["PutResourcePolicy", "GetResourcePolicy", "DeleteResourcePolicy"])
            {
                Assert.That((await SendAsync(operation, $"{{'ResourceArn':'{arn}','Policy':{JsonSerializer.Serialize(Policy)}}}")).Error,
                    Is.EqualTo(error), operation);
            }
        }

        [TestCase("no JSON", Invalid + "Invalid policy document: ")]
        [TestCase("[]", Invalid + "Invalid policy document: ")]
        [TestCase("{}", Invalid + "Invalid policy document: ")]
        [TestCase("""{"Statement":[]}""", Invalid + "Invalid policy document: ")]
        [TestCase(
            """{"Statement":{"Effect":"Maybe","Principal":"*","Action":"*","Resource":"*"}}""", Invalid + "Invalid policy document: ")]
        [TestCase("""{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}""", Invalid + "Invalid policy document: ")]
        [TestCase(
            """{"Statement":{"Effect":"Deny","Sid":"\ud800","Principal":"*","Action":"*","Resource":"*"}}""",
            Invalid + "Invalid policy document: ")]
        [TestCase("""{"Statement":{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":"*","Resource":"*"}}""",
            "ValidationException: Resource-based policy grants unbounded access in one or more elements. ")]
        public async Task Document_ThatIsNoPolicy_IsRefused(string document, string error) => Assert.That(
            (await SendAsync("PutResourcePolicy", "{'ResourceArn':'arn:aws:dynamodb:us-east-1:000000000000:table/absent','Policy':"
                + JsonSerializer.Serialize(document) + "}")).Error,
            Does.StartWith(error));

        [Test]
        public async Task Document_OfMoreThan20Kilobytes_IsRefused() => Assert.That(
            (await SendAsync("PutResourcePolicy", "{'ResourceArn':'arn:aws:dynamodb:us-east-1:000000000000:table/absent','Policy':'"
                + new string(' ', 20_481) + "'}")).Error,
            Is.EqualTo(Invalid + "Maximum policy size of 20480 bytes exceeded"));
    }

    public sealed class Behaviour(Stack stack) : ConformanceTest(stack)
    {
        private string arn = "";

        [Test]
        public async Task Table_WithoutPolicy_SaysSo()
        {
            await MakeAsync();
            Assert.That((await SendAsync("GetResourcePolicy", $"{{'ResourceArn':'{arn}'}}")).Error,
                Is.EqualTo("PolicyNotFoundException: Resource-based policy not found for the provided ResourceArn: " + arn));
            WireReply deleted = await SendAsync("DeleteResourcePolicy", $"{{'ResourceArn':'{arn}'}}");
            Assert.That((deleted.Status, deleted["RevisionId"]), Is.EqualTo((200, (string?)null)));
        }

        [Test]
        public async Task Policy_PutReadAndDeleted_HasOneRevision()
        {
            await MakeAsync();
            string revision = await PutPolicyAsync(Policy);
            GetResourcePolicyResponse read = await Sdk.GetResourcePolicyAsync(new GetResourcePolicyRequest { ResourceArn = arn });
            Assert.That(read.RevisionId, Is.EqualTo(revision));
            Assert.That(read.Policy, Does.Contain("arn:aws:iam::111122223333:root"));
            Assert.That(await PutPolicyAsync(SamePolicy), Is.EqualTo(revision), "the same policy, written otherwise");
            Assert.That(await PutPolicyAsync(read.Policy), Is.EqualTo(revision), "the normal form is its own normal form");
            DeleteResourcePolicyResponse deleted =
                await Sdk.DeleteResourcePolicyAsync(new DeleteResourcePolicyRequest { ResourceArn = arn, ExpectedRevisionId = revision });
            Assert.That(deleted.RevisionId, Is.EqualTo(revision));
            await Assert.ThatAsync(
                () => Sdk.GetResourcePolicyAsync(new GetResourcePolicyRequest { ResourceArn = arn }),
                Throws.TypeOf<PolicyNotFoundException>());
        }

        [Test]
        public async Task Policy_ChangedWithAnExpectation_ChangesOnlyIfThatHolds()
        {
            await MakeAsync();
            const string NotFound = "PolicyNotFoundException: Resource-based policy not found for the provided ResourceArn: ";
            Assert.That(
                (await PutRawAsync(Policy, "1")).Error,
                Does.StartWith(NotFound + $"Requested update for policy with revision id 1, but table {Table} has no "));
            string first = (await PutRawAsync(Policy, "NO_POLICY"))["RevisionId"]!.Trim('\'');
            Assert.That((await PutRawAsync(OtherPolicy, "NO_POLICY")).Error, Is.EqualTo(
                NotFound + $"Requested policy update expecting none to be present for table {Table}, but a policy exists with revision id {first}."));
            string second = await PutPolicyAsync(OtherPolicy);
            Assert.That(long.Parse(second, CultureInfo.InvariantCulture), Is.GreaterThan(long.Parse(first, CultureInfo.InvariantCulture)));
            Assert.That((await PutRawAsync(Policy, first)).Error, Is.EqualTo(
                NotFound + $"Requested update for policy with revision id {first}, but the policy associated to target table {Table} has revision id {second}."));
        }

        [Test]
        public async Task Stream_HasAPolicyOfItsOwn()
        {
            await MakeAsync();
            string stream = (await Sdk.UpdateTableAsync(new UpdateTableRequest
            {
                TableName = Table,
                StreamSpecification = new StreamSpecification { StreamEnabled = true, StreamViewType = "KEYS_ONLY" },
            })).TableDescription.LatestStreamArn;
            await Sdk.PutResourcePolicyAsync(new PutResourcePolicyRequest { ResourceArn = stream, Policy = Policy });
            Assert.That((await Sdk.GetResourcePolicyAsync(new GetResourcePolicyRequest { ResourceArn = stream })).Policy, Is.Not.Empty);
            Assert.That(
                (await SendAsync("GetResourcePolicy", $"{{'ResourceArn':'{arn}'}}")).Error, Does.StartWith("PolicyNotFoundException"));
            Assert.That((await SendAsync("GetResourcePolicy", $"{{'ResourceArn':'{arn}/stream/2001-01-01T00:00:00.000'}}")).Error,
                Is.EqualTo(
                    $"ResourceNotFoundException: Requested resource not found: Stream: 2001-01-01T00:00:00.000 not found for Table: {Table}"));
        }

        [Test]
        public async Task CreateTable_WithAPolicy_KeepsItAndRefusesAnInvalidOne()
        {
            CreateTableRequest create = Plain.Request(Table);
            create.ResourcePolicy = "{}";
            await Assert.ThatAsync(() => Sdk.CreateTableAsync(create), Throws.Exception.With.Message.Contains("Invalid policy document: "));
            create.ResourcePolicy = Policy;
            arn = (await Sdk.CreateTableAsync(create)).TableDescription.TableArn;
            Assert.That(
                (await Sdk.GetResourcePolicyAsync(new GetResourcePolicyRequest { ResourceArn = arn })).Policy,
                Does.Contain("dynamodb:GetItem"));
            await Sdk.DeleteTableAsync(Table);
            await MakeAsync();
            Assert.That(
                (await SendAsync("GetResourcePolicy", $"{{'ResourceArn':'{arn}'}}")).Error, Does.StartWith("PolicyNotFoundException"));
        }

        private async Task MakeAsync()
        {
            await MakeTableAsync(Plain);
            arn = (await Sdk.DescribeTableAsync(Table)).Table.TableArn;
        }

        private async Task<string> PutPolicyAsync(string policy) =>
            (await Sdk.PutResourcePolicyAsync(new PutResourcePolicyRequest { ResourceArn = arn, Policy = policy })).RevisionId;

        private Task<WireReply> PutRawAsync(string policy, string expectedRevision) => SendAsync(
            "PutResourcePolicy",
            $"{{'ResourceArn':'{arn}','Policy':{JsonSerializer.Serialize(policy)},'ExpectedRevisionId':'{expectedRevision}'}}");
    }
}
