using System.Net;
using DaxProxy.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;

namespace DaxProxy.Bench.Baselines;

/// <summary>
/// YARP as its documentation sets it up, which passes every request on to one server: what a proxy that does nothing costs.
/// </summary>
internal static class YarpServer
{
    /// <summary>Serves until standard input ends; says where on standard output.</summary>
    public static async Task<int> RunAsync(IPEndPoint backend)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            Listener.Limit(kestrel, new Options.ListenOptions());
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddRouting();
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "one", Match = new RouteMatch { Path = "{**any}" } }],
            [
                new ClusterConfig
                {
                    ClusterId = "one",
                    Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = $"http://{backend}/" } },
                },
            ]);
        WebApplication application = builder.Build();
        await using (application.ConfigureAwait(false))
        {
            application.MapReverseProxy();
            await application.StartAsync().ConfigureAwait(false);
            Console.WriteLine($"on {application.Urls.Single()} ");
            Console.WriteLine("ready");
            await Console.In.ReadToEndAsync().ConfigureAwait(false);
        }

        return 0;
    }
}
