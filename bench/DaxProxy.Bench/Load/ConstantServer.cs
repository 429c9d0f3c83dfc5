using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Text.Json;
using DaxProxy.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Primitives;

namespace DaxProxy.Bench.Load;

/// <summary>
/// What the proxy is measured against: Kestrel with the proxy's limits, one middleware that reads the body and answers the same headers
/// and the same bytes every time. The id of a request is a constant, too.
/// </summary>
internal sealed class ConstantServer
{
    private readonly byte[] body;
    private readonly KeyValuePair<string, StringValues>[] headers;
    private readonly string contentType;

    public ConstantServer(ConstantReply reply)
    {
        body = Encoding.UTF8.GetBytes(reply.Body);
        contentType = reply.Headers["Content-Type"];
        headers = [.. reply.Headers.Where(header => header.Key != "Content-Type")
            .Select(header => KeyValuePair.Create(header.Key, new StringValues(header.Value)))];
    }

    /// <summary>Serves the reply that stands on standard input until that ends; says where on standard output.</summary>
    /// <param name="bare">Whether to leave out what <see cref="WebApplication"/> puts around a middleware, as the proxy does.</param>
    public static async Task<int> RunAsync(bool bare)
    {
        string? line = await Console.In.ReadLineAsync().ConfigureAwait(false);
        ConstantServer server = new(JsonSerializer.Deserialize<ConstantReply>(line!)!);
        await (bare ? server.ServeBareAsync() : server.ServeAsync()).ConfigureAwait(false);
        return 0;
    }

    /// <summary>Answers one request.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        PipeReader reader = context.Request.BodyReader;
        if (!reader.TryRead(out ReadResult read))
        {
            return ReadAndAnswerAsync(context, reader);
        }

        if (read.IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.End);
            return SendAsync(context);
        }

        reader.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
        return ReadAndAnswerAsync(context, reader);
    }

    private async Task ReadAndAnswerAsync(HttpContext context, PipeReader reader)
    {
        ReadResult read;
        while (!(read = await reader.ReadAsync().ConfigureAwait(false)).IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        reader.AdvanceTo(read.Buffer.End);
        await SendAsync(context).ConfigureAwait(false);
    }

    private Task SendAsync(HttpContext context)
    {
        IHeaderDictionary answer = context.Response.Headers;
        foreach ((string name, StringValues value) in headers)
        {
            answer[name] = value;
        }

        answer.ContentType = contentType;
        answer.ContentLength = body.Length;
        ValueTask<FlushResult> flush = context.Response.BodyWriter.WriteAsync(body);
        return flush.IsCompletedSuccessfully ? Task.CompletedTask : flush.AsTask();
    }

    private async Task ServeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            Listener.Limit(kestrel, new Options.ListenOptions());
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        WebApplication application = builder.Build();
        await using (application.ConfigureAwait(false))
        {
            application.Run(AnswerAsync);
            await application.StartAsync().ConfigureAwait(false);
            await UntilInputEndsAsync(new Uri(application.Urls.Single()).Port).ConfigureAwait(false);
        }
    }

    private async Task ServeBareAsync()
    {
        ListenerPort port = ListenerPort.Http(0);
        Listener listener = await Listener.StartAsync(
            IPAddress.Loopback, [port], new Options.ListenOptions(), NullLoggerFactory.Instance, TimeProvider.System, AnswerAsync,
            default).ConfigureAwait(false);
        await using (listener.ConfigureAwait(false))
        {
            await UntilInputEndsAsync(port.EndPoint.Port).ConfigureAwait(false);
        }
    }

    private static async Task UntilInputEndsAsync(int port)
    {
        Console.WriteLine($"on http://127.0.0.1:{port} ");
        Console.WriteLine("ready");
        await Console.In.ReadToEndAsync().ConfigureAwait(false);
    }
}
