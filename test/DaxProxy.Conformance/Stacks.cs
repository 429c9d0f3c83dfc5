using DaxProxy.Conformance.Compared;
using NUnit.Framework;

namespace DaxProxy.Conformance;

/// <summary>
/// The stacks that every fixture runs on. <c>DAXPROXY_CONFORMANCE_ENDPOINT</c> in the environment replaces them all by one endpoint
/// elsewhere: that is how an expected text earns its place. <c>DAXPROXY_CONFORMANCE_SERVER</c>, <c>dynalite</c> or <c>dynoxide</c>,
/// replaces them by that server and a proxy in front of it.
/// </summary>
public static class Stacks
{
    private static readonly Stack[] InProcess =
    [
        Stack.InProcess("cached", isCached: true, isPeeking: true),
        Stack.InProcess("cached-no-peek", isCached: true, isPeeking: false),
        Stack.InProcess("uncached", isCached: false, isPeeking: false),
        Stack.Remote("remote"),
        Stack.Compared("compared"),
        Stack.Dax("dax"),
    ];

    /// <summary>What is learnt in a run against a server that is none of ours; null in all other runs.</summary>
    internal static ForeignRun? Foreign { get; } = Variable("DAXPROXY_CONFORMANCE_SERVER") is { } server ? new ForeignRun(server) : null;

    /// <summary>All stacks of this run.</summary>
    public static IReadOnlyList<Stack> All { get; } = Foreign is { } run
        ? [Stack.Foreign(run.Server), Stack.BehindProxy(run)]
        : Variable("DAXPROXY_CONFORMANCE_ENDPOINT") is { } url ? [Stack.Elsewhere(url)] : InProcess;

    /// <summary>All stacks, as arguments of fixtures.</summary>
    public static IEnumerable<TestFixtureData> Every => Arguments(All);

    /// <summary>The stacks with a cache, as arguments of fixtures; none when the run is pointed elsewhere.</summary>
    public static IEnumerable<TestFixtureData> Cached => Arguments(All.Where(stack => stack.IsCached));

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static IEnumerable<TestFixtureData> Arguments(IEnumerable<Stack> stacks) =>
        stacks.Select(stack => new TestFixtureData(stack).SetArgDisplayNames(stack.ToString()));
}
