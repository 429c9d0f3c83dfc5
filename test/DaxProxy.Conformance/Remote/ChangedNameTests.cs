using System.Net;
using NUnit.Framework;

namespace DaxProxy.Conformance.Remote;

/// <summary>The name of the backend leads elsewhere while the proxy runs.</summary>
[TestFixture]
public sealed class ChangedNameTests
{
    private const string Name = "backend.daxproxy.test";

    /// <summary>The names are those of a file that only the proxy's process sees in place of the machine's.</summary>
    [Test]
    [Platform("Linux", Reason = "Only there a process can have a file of names of its own.")]
    [CancelAfter(30_000)]
    public async Task Name_ThatLeadsElsewhere_IsFollowed_AlthoughTheOldAddressStillAnswers(CancellationToken patience)
    {
        await using FaultRig rig = await FaultRig.StartAsync();
        Uri engine = rig.Direct.EndPoint;
        await using FaultyLink old = new(engine, new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        await using FaultyLink @new = new(engine, new IPEndPoint(IPAddress.Parse("127.0.0.3"), old.EndPoint.Port));
        string hosts = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(hosts, $"127.0.0.2 {Name}\n", patience);
            using ServerProcess proxy = await StartAsync(hosts, $"http://{Name}:{old.EndPoint.Port}");
            using Wire wire = new(proxy.EndPoint);
            Assert.That((await wire.SendAsync("ListTables", "{}")).Status, Is.EqualTo(200));
            Assert.That((old.Count("ListTables"), @new.Count("ListTables")), Is.EqualTo((1, 0)));

            await File.WriteAllTextAsync(hosts, $"127.0.0.3 {Name}\n", patience);
            while (@new.Count("ListTables") == 0)
            {
                patience.ThrowIfCancellationRequested();
                Assert.That((await wire.SendAsync("ListTables", "{}")).Status, Is.EqualTo(200));
            }
        }
        finally
        {
            File.Delete(hosts);
        }
    }

    private static async Task<ServerProcess> StartAsync(string hosts, string endPoint)
    {
        try
        {
            return await ServerProcess.StartAsync(
                ["--backend", "dynamodb", "--endpoint", endPoint],
                new()
                {
                    ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE",
                    ["AWS_SECRET_ACCESS_KEY"] = "secret",
                    ["DAXPROXY__Backend__ConnectionLifetime"] = "1",
                    ["DAXPROXY__ItemCache__Enabled"] = "false",
                },
                "unshare", "--mount", "sh", "-c", $"mount --bind {hosts} /etc/hosts && exec \"$@\"", "sh");
        }
        catch (Exception fault) when (fault is EndOfStreamException or System.ComponentModel.Win32Exception)
        {
            Assert.Ignore($"A process cannot be given names of its own here: {fault.Message}");
            throw;
        }
    }
}
