using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>
/// TagResource, UntagResource and ListTagsOfResource. Sources: answers recorded by dynalite's tests, by a public conformance suite, and by
/// a public probe of the control plane in October 2026.
/// </summary>
public static class TagTests
{
    private const string Ours = "arn:aws:dynamodb:us-east-1:000000000000:table/";
    private const string Theirs = "arn:aws:dynamodb:us-east-1:123456789012:table/";
    private const string Invalid = "ValidationException: One or more parameter values were invalid: ";

    private static readonly (string Operation, string Members)[] Verbs =
    [
        ("TagResource", ",'Tags':[{'Key':'k','Value':'v'}]"),
        ("UntagResource", ",'TagKeys':['k']"),
        ("ListTagsOfResource", ""),
    ];

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("name", Invalid + "ARNs must start with 'arn:': name")]
        [TestCase("arn:aws:s3:::bucket", Invalid + "Provided Arn is not a DynamoDB resource arn: arn:aws:s3:::bucket")]
        [TestCase(Ours + "abc/index/byX", Invalid + "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: "
            + Ours + "abc/index/byX")]
        [TestCase(Ours + "ab", "ValidationException: Invalid TableArn: Invalid ResourceArn provided as input " + Ours + "ab")]
        [TestCase(
            Ours + "abc/stream/2030",
            "ValidationException: Invalid TableArn: Invalid ResourceArn provided as input " + Ours + "abc/stream/2030")]
        public async Task Arn_OfNoTable_IsRefusedBeforeTheTagsAre(string arn, string text)
        {
            foreach ((string operation, string members) in (IEnumerable<(string, string)>)
                [.. Verbs, ("TagResource", ",'Tags':[]"), ("TagResource", ",'Tags':[{'Key':'aws:k','Value':'v'}]"),
                    ("UntagResource", ",'TagKeys':[]")])
            {
                Assert.That((await SendAsync(operation, $"{{'ResourceArn':'{arn}'{members}}}")).Error, Is.EqualTo(text), operation);
            }
        }

        [Test]
        public async Task Arn_OfATableThatIsNotOurs_IsNotAllowed()
        {
            await MakeTableAsync(Plain);
            foreach (string arn in (string[])[Ours + Table + "-no", Theirs + Table])
            {
                foreach ((string operation, string members) in Verbs)
                {
                    Assert.That((await SendAsync(operation, $"{{'ResourceArn':'{arn}'{members}}}")).Error, Is.EqualTo(
                        "AccessDeniedException: User: arn:aws:iam::000000000000:root is not authorized to perform: "
                        + $"dynamodb:{operation} on resource: {arn}"));
                }
            }
        }
    }
}
