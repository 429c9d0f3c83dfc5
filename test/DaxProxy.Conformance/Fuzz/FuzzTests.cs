using System.Globalization;
using NUnit.Framework;

namespace DaxProxy.Conformance.Fuzz;

/// <summary>
/// Every front end under inputs made by chance: requests of every verb, good ones and damaged ones. None may be answered with an internal
/// error, hang, let an exception reach a front end (which is counted and logged), end the process or leave memory behind.
/// </summary>
[NonParallelizable]
public sealed class FuzzTests
{
    private static readonly string[] Fronts = Setting("PORTS", "http1,http2,dax,admin,verify,sts,remote,remote-dax").Split(',');

    [TestCaseSource(nameof(Fronts))]
    public async Task Input_WhateverItIs_BreaksNothing(string front) => Assert.That(await FuzzRun.RunAsync(front, 1, 1000), Is.Empty);

    [Test]
    public async Task Memory_ThatProxiesLeaveBehind_IsFound_AlsoInAShortRun()
    {
        List<byte[]> left = [];
        Assert.That(await FuzzRun.RunAsync("admin", 1, 40, () => left.Add(new byte[64 << 20])), Does.Contain("the heap has grown"));
        left.Clear();
        Assert.That(await FuzzRun.RunAsync("admin", 1, 40), Is.Empty);
    }

    [Explicit("Takes minutes.")]
    [TestCaseSource(nameof(Fronts))]
    public async Task Input_WhateverItIs_BreaksNothing_InALongRun(string front) => Assert.That(
        await FuzzRun.RunAsync(front, Number("SEED", 2), Number("INPUTS", 1_000_000) / Fronts.Length), Is.Empty);

    private static int Number(string name, int otherwise) =>
        int.Parse(Setting(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

    private static string Setting(string name, string otherwise) =>
        Environment.GetEnvironmentVariable("DAXPROXY_FUZZ_" + name) ?? otherwise;
}
