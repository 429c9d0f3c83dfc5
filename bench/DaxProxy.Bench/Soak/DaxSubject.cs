using System.Diagnostics;
using DaxProxy.Bench.Load;
using DaxProxy.Load;

namespace DaxProxy.Bench.Soak;

/// <summary>A proxy in a process of its own, with some items, and what is looked at in it. Ends with this object.</summary>
internal sealed class DaxSubject : IDisposable
{
    private readonly string folder;
    private readonly HttpClient http = new();
    private readonly long startedAt = Stopwatch.GetTimestamp();

    private DaxSubject(string folder)
    {
        this.folder = folder;
        Server = ServerProcess.StartProxy(folder, noCache: false, synchronous: "normal");
    }

    /// <summary>The proxy.</summary>
    public ServerProcess Server { get; }

    /// <summary>Starts one and stores the items of some loads.</summary>
    public static async Task<DaxSubject> StartAsync(params byte[][] requests)
    {
        DaxSubject subject = new(Directory.CreateTempSubdirectory("daxproxy-bench-").FullName);
        using HttpLoadConnection connection = HttpLoadConnection.Open(subject.Server.EndPoint);
        foreach (byte[] request in requests)
        {
            await connection.ExchangeAsync(request).ConfigureAwait(false);
        }

        return subject;
    }

    /// <summary>Looks at it now.</summary>
    public Task<SoakSample> SampleAsync(long requests = 0) =>
        SoakSample.TakeAsync(Server, folder, http, Stopwatch.GetElapsedTime(startedAt), requests);

    /// <summary>Looks at it again and again, until a load has ended; throws what the load throws.</summary>
    public async Task<IReadOnlyList<SoakSample>> SampleAsync(Task load, TimeSpan every)
    {
        List<SoakSample> samples = [];
        while (!load.IsCompleted)
        {
            await Task.WhenAny(Task.Delay(every), load).ConfigureAwait(false);
            samples.Add(await SampleAsync().ConfigureAwait(false));
        }

        await load.ConfigureAwait(false);
        return samples;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Server.Dispose();
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
