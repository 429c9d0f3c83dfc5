using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DaxProxy.Hosting;

/// <summary>
/// What Kestrel's own extensions add a server to, and no more of a host than that: no configuration, no routing, no pipeline, which would
/// take a tenth of a native program's start.
/// </summary>
/// <remarks>For one thread.</remarks>
internal sealed class KestrelBuilder : IWebHostBuilder
{
    /// <summary>A builder without a server.</summary>
    /// <param name="loggers">What the server logs by.</param>
    public KestrelBuilder(ILoggerFactory loggers)
    {
        Services.AddSingleton(loggers).AddLogging();
        Services.AddSingleton<IMeterFactory, Meters>();
        Services.AddSingleton<DiagnosticSource>(_ => new DiagnosticListener(nameof(DaxProxy)));
    }

    /// <summary>What the server is made of; it belongs to the one that builds it.</summary>
    public ServiceCollection Services { get; } = [];

    /// <inheritdoc/>
    public IWebHostBuilder ConfigureServices(Action<IServiceCollection> configureServices)
    {
        configureServices(Services);
        return this;
    }

#pragma warning disable ASPDEPR008 // A part of the interface, which nothing calls.
    /// <inheritdoc/>
    public IWebHost Build() => throw new NotSupportedException();
#pragma warning restore ASPDEPR008

    /// <inheritdoc/>
    public IWebHostBuilder ConfigureAppConfiguration(Action<WebHostBuilderContext, IConfigurationBuilder> configureDelegate) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public IWebHostBuilder ConfigureServices(Action<WebHostBuilderContext, IServiceCollection> configureServices) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public string? GetSetting(string key) => null;

    /// <inheritdoc/>
    public IWebHostBuilder UseSetting(string key, string? value) => throw new NotSupportedException();

    /// <summary>The meters of the server end with it.</summary>
    private sealed class Meters : IMeterFactory
    {
        private readonly List<Meter> made = [];

        public Meter Create(MeterOptions options)
        {
            Meter meter = new(options);
            lock (made)
            {
                made.Add(meter);
            }

            return meter;
        }

        public void Dispose() => made.ForEach(meter => meter.Dispose());
    }
}
