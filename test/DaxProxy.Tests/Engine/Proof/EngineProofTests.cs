using System.Globalization;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Proof;

/// <summary>
/// The engine against a naive model of DynamoDB that shares no code with it: random tables, items, expressions and operations. A failure
/// prints the seed and the shortest list of requests that still fails; the seed alone brings it back.
/// </summary>
[TestFixture]
public sealed class EngineProofTests
{
    private const int StepsOfCase = 40;

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4, Category = "Long")]
    [TestCase(5, Category = "Long")]
    public async Task Engine_RandomOperations_AnswersAsTheModel(int block)
    {
        int requests = await RunAsync(block * 1_000_000, 40);
        Assert.That(requests, Is.GreaterThan(1000));
    }

    /// <summary>Settings of the environment: <c>PROOF_SEED</c> (first seed) and <c>PROOF_CASES</c> (how many).</summary>
    [Test]
    [Explicit("Takes many minutes")]
    public async Task Engine_VeryManyRandomOperations_AnswersAsTheModel()
    {
        int seed = Setting("PROOF_SEED", 10_000_000), cases = Setting("PROOF_CASES", 100_000);
        int requests = await RunAsync(seed, cases);
        TestContext.Progress.WriteLine($"{cases} cases, {requests} requests");
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private static Task<int> RunAsync(int seed, int cases) => Task.Run(async () =>
    {
        int requests = 0;
        for (int end = seed + cases; seed < end; seed++)
        {
            try
            {
                requests += await new ProofCase(seed, StepsOfCase).RunAsync();
            }
            catch (ProofException fault)
            {
                Assert.Fail($"seed {seed}\n{fault.Message}");
            }
        }

        return requests;
    });
}
