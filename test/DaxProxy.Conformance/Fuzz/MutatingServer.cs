using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace DaxProxy.Conformance.Fuzz;

/// <summary>A remote backend that has an engine answer, and then damages what that answered: its JSON, its bytes or its head.</summary>
/// <remarks>Chance comes from a seed; which answer meets which of its choices depends on the order in which requests arrive.</remarks>
internal sealed class MutatingServer : IAsyncDisposable
{
    private static readonly int[] Statuses = [200, 200, 204, 302, 400, 400, 413, 500, 503];

    private static readonly string[] ContentTypes = ["application/x-amz-json-1.0", "application/x-amz-json-1.1", "text/html", "application/json", ""];

    private static readonly string[] Types = ["ValidationException", "x#ProvisionedThroughputExceededException", "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", "#", "", "InternalServerError", new('x', 5000)];

    private readonly HttpClient client = new();
    private readonly WebApplication server;
    private readonly Uri engine;
    private readonly Random random;

    private MutatingServer(WebApplication server, Uri engine, Random random)
    {
        this.server = server;
        this.engine = engine;
        this.random = random;
    }

    /// <summary>Where it listens.</summary>
    public Uri EndPoint => new(server.Urls.Single());

    /// <summary>Whether answers are damaged.</summary>
    public bool IsOn { get; set; }

    /// <summary>Starts one.</summary>
    /// <param name="engine">What answers.</param>
    /// <param name="random">What chance comes from.</param>
    public static async Task<MutatingServer> StartAsync(Uri engine, Random random)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication application = builder.Build();
        MutatingServer server = new(application, engine, random);
        application.Run(server.AnswerAsync);
        await application.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        client.Dispose();
    }

    private async Task AnswerAsync(HttpContext exchange)
    {
        using MemoryStream body = new();
        await exchange.Request.Body.CopyToAsync(body);
        using HttpRequestMessage request = new(HttpMethod.Post, engine) { Content = new ByteArrayContent(body.ToArray()) };
        foreach (string name in new[] { "Authorization", "X-Amz-Date", "X-Amz-Target", "X-Amz-Content-Sha256" })
        {
            request.Headers.TryAddWithoutValidation(name, exchange.Request.Headers[name].ToString());
        }

        request.Content.Headers.TryAddWithoutValidation("Content-Type", exchange.Request.ContentType);
        using HttpResponseMessage response = await client.SendAsync(request);
        byte[] answer = await response.Content.ReadAsByteArrayAsync();
        int status = (int)response.StatusCode;
        (string type, string id, string? coding, bool breaks) = ("application/x-amz-json-1.0", "ITS-OWN", null, false);
        if (IsOn)
        {
            lock (random)
            {
                (answer, status, type, id, coding, breaks) = Damaged(answer, status, type, id);
            }
        }

        exchange.Response.StatusCode = status;
        exchange.Response.ContentType = type.Length == 0 ? null : type;
        exchange.Response.Headers["x-amzn-RequestId"] = id;
        if (coding is not null)
        {
            exchange.Response.Headers.ContentEncoding = coding;
        }

        if (status is 204 or 302)
        {
            return;
        }

        exchange.Response.ContentLength = answer.Length + (breaks ? 1 : 0);
        await exchange.Response.Body.WriteAsync(answer);
        if (breaks)
        {
            exchange.Abort();
        }
    }

    private (byte[] Answer, int Status, string Type, string Id, string? Coding, bool Breaks) Damaged(
        byte[] answer, int status, string type, string id)
    {
        switch (random.Next(10))
        {
            case < 4:
                return (answer, status, type, id, null, false);
            case < 7:
                return (Encoding.UTF8.GetBytes(Mutation.OfJson(random, Encoding.UTF8.GetString(answer))), status, type, id, null, false);
            case 7:
                return (Mutation.OfBytes(random, answer), status, type, id, null, false);
            case 8:
                string error = $$"""{"__type":"{{Types[random.Next(Types.Length)]}}","message":"m","CancellationReasons":[{"Code":"None"}]}""";
                byte[] told = Encoding.UTF8.GetBytes(random.Next(2) == 0 ? error : Mutation.OfJson(random, error));
                return (told, random.Next(2) == 0 ? 400 : 500, type, id, null, false);
            default:
                return (
                    answer,
                    Statuses[random.Next(Statuses.Length)],
                    ContentTypes[random.Next(ContentTypes.Length)],
                    random.Next(3) == 0 ? new string('i', random.Next(3000)) + "/+=" : id,
                    random.Next(3) == 0 ? "gzip" : null,
                    random.Next(8) == 0);
        }
    }
}
