using NUnit.Framework;

namespace DaxProxy.Conformance.Dax;

/// <summary>Connections that wait, as pools of clients keep them. Ten thousand of them: <c>dax-soak</c> of the bench.</summary>
internal sealed class DaxIdleTests : DaxFixture
{
    private const int Connections = 500;

    /// <summary>Of both ends, which share this process; the client's takes 4 KB of it, Kestrel's about as much.</summary>
    private const long MostBytesOfConnection = 40_000;

    [Test]
    [NonParallelizable]
    public async Task Connections_ManyAndIdle_TakeLittleAndAllAnswer()
    {
        List<DaxTalk> talks = [];
        try
        {
            await AskAsync(talks, 20);
            long before = GC.GetTotalMemory(forceFullCollection: true);

            await AskAsync(talks, Connections);

            Assert.That((GC.GetTotalMemory(forceFullCollection: true) - before) / Connections, Is.LessThan(MostBytesOfConnection));
            foreach (DaxTalk talk in talks)
            {
                await talk.SendAsync(GetItem("nothing"));
                Assert.That(ValuesOf(await talk.ReceiveAsync(1)), Is.Null);
            }
        }
        finally
        {
            talks.ForEach(talk => talk.Dispose());
        }
    }

    private async Task AskAsync(List<DaxTalk> talks, int more)
    {
        for (int i = 0; i < more; i++)
        {
            talks.Add(await DaxTalk.ConnectAsync(Dax));
            await talks[^1].SendAsync(GetItem("nothing"));
            await talks[^1].ReceiveAsync(1);
        }
    }
}
