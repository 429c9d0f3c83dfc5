using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace DaxProxy.Conformance.Remote;

/// <summary>A backend whose answers are what the test says, byte by byte; keeps what it was asked.</summary>
internal sealed class AnsweringServer : IAsyncDisposable
{
    private readonly WebApplication server;

    private AnsweringServer(WebApplication server) => this.server = server;

    /// <summary>Where it listens.</summary>
    public Uri EndPoint => new(server.Urls.Single());

    /// <summary>The requests in their order: target and body.</summary>
    public List<(string Target, string Body)> Asked { get; } = [];

    /// <summary>The answers by the name of the operation: status and body.</summary>
    public Dictionary<string, (int Status, string Body)> Answers { get; } = [];

    /// <summary>Changes the head of each answer before it is sent.</summary>
    public Action<HttpResponse> Dress { get; set; } = _ => { };

    /// <summary>Starts one.</summary>
    public static async Task<AnsweringServer> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication application = builder.Build();
        AnsweringServer server = new(application);
        application.Run(server.AnswerAsync);
        await application.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    /// <summary>How often an operation was asked for.</summary>
    public int CountOf(string operation)
    {
        lock (Asked)
        {
            return Asked.Count(request => request.Target.EndsWith("." + operation, StringComparison.Ordinal));
        }
    }

    private async Task AnswerAsync(HttpContext exchange)
    {
        string target = exchange.Request.Headers["X-Amz-Target"].ToString();
        using StreamReader reader = new(exchange.Request.Body);
        string body = await reader.ReadToEndAsync();
        lock (Asked)
        {
            Asked.Add((target, body));
        }

        (exchange.Response.StatusCode, string answer) = Answers[target[(target.IndexOf('.', StringComparison.Ordinal) + 1)..]];
        exchange.Response.ContentType = "application/x-amz-json-1.0";
        exchange.Response.Headers["x-amzn-RequestId"] = "ITS-OWN";
        Dress(exchange.Response);
        if (answer.Length > 0)
        {
            await exchange.Response.WriteAsync(answer);
        }
    }
}
