using NUnit.Framework;

[assembly: LevelOfParallelism(4)]

namespace DaxProxy.Conformance;

/// <summary>Stops the stacks after the last test.</summary>
[SetUpFixture]
public sealed class Setup
{
    [OneTimeTearDown]
    public static Task StopAsync() => Task.WhenAll(Stacks.All.Select(stack => stack.StopAsync()));
}
