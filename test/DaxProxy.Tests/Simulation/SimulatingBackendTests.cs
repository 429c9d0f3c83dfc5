using DaxProxy.Core.Operations;
using DaxProxy.Options;
using DaxProxy.Simulation;
using DaxProxy.Telemetry;
using DaxProxy.Tests.Caching;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Tests.Simulation;

public sealed class SimulatingBackendTests
{
    [Test]
    public async Task LateAnswer_IsMadeAtOnce_AndGivenWhenItsTimeHasCome()
    {
        ManualTime time = new();
        ScriptedBackend inner = new();
        using Metrics metrics = new(time, tables: null);
        FaultSimulation simulation = new(
            new ProxyOptions { Simulation = new SimulationOptions { Faults = "*/* latency=300ms" } }, [], metrics, NullLogger.Instance);
        SimulatingBackend backend = new(inner, null, simulation, time);

        Task<Reply> answer = backend.ExecuteAsync(new ListTables(), CancellationToken.None).AsTask();
        Assert.That(inner.CallsOf<ListTables>(), Is.EqualTo(1));
        time.Advance(0.299);
        Assert.That(answer.IsCompleted, Is.False);
        time.Advance(0.001);
        Assert.That((await answer).Cache.ToString(), Does.Contain("simulated-latency"));
    }
}
