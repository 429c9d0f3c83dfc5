using NUnit.Framework;

// Most tests wait, for processes and for what happens in time: more of them at once than there are cores.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(6)]

namespace DaxProxy.Conformance;

/// <summary>Stops the stacks after the last test.</summary>
[SetUpFixture]
public sealed class Setup
{
    [OneTimeTearDown]
    public static Task StopAsync() => Task.WhenAll(Stacks.All.Select(stack => stack.StopAsync()));
}
