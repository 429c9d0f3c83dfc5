using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Compared;

/// <summary>
/// Sends every request to a server and to a proxy in front of an equal server, compares the answers, and gives the client the proxy's.
/// </summary>
/// <remarks>
/// Requests of one test are sent one after another, also those that the test sends at once: both servers see them in one order, so that every
/// answer can be compared. A request that names no table of a test may be about the tables of all tests, and has the servers for itself.
/// </remarks>
internal sealed partial class ComparingHandler(Uri direct, Uri proxied, Comparison comparison) : HttpMessageHandler
{
    private const int MaxTests = 64;

    private readonly HttpMessageInvoker invoker = new(new SocketsHttpHandler());
    private readonly ConcurrentDictionary<string, SemaphoreSlim> turns = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim places = new(MaxTests);
    private readonly SemaphoreSlim all = new(1);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        byte[] body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        SemaphoreSlim turn = turns.GetOrAdd(TestContext.CurrentContext.Test.ID, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await AloneAsync(!TestTable().IsMatch(Encoding.UTF8.GetString(body)), () => SendBothAsync(request, body));
        }
        finally
        {
            turn.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        invoker.Dispose();
        base.Dispose(disposing);
    }

    [GeneratedRegex("t-[0-9a-f]{32}")]
    private static partial Regex TestTable();

    private async Task<HttpResponseMessage> AloneAsync(bool isAlone, Func<Task<HttpResponseMessage>> sendAsync)
    {
        int taken = 0;
        await all.WaitAsync();
        try
        {
            for (; taken < (isAlone ? MaxTests : 1); taken++)
            {
                await places.WaitAsync();
            }
        }
        finally
        {
            all.Release();
        }

        try
        {
            return await sendAsync();
        }
        finally
        {
            places.Release(taken);
        }
    }

    /// <summary>The direct server first: a cache in front of the other must not see its item before.</summary>
    private async Task<HttpResponseMessage> SendBothAsync(HttpRequestMessage request, byte[] body)
    {
        using HttpRequestMessage toDirect = Copy(request, direct, comparison.Translate(body));
        using HttpResponseMessage fromDirect = await invoker.SendAsync(toDirect, CancellationToken.None);
        using HttpRequestMessage toProxy = Copy(request, proxied, body);
        HttpResponseMessage response = await invoker.SendAsync(toProxy, CancellationToken.None);
        await response.Content.LoadIntoBufferAsync();
        string target = request.Headers.TryGetValues("X-Amz-Target", out IEnumerable<string>? targets) ? targets.First() : "";
        comparison.Compare(
            new ComparedRequest(TestContext.CurrentContext.Test.Name, target, Encoding.UTF8.GetString(body)),
            await Answer.ReadAsync(fromDirect),
            await Answer.ReadAsync(response));
        response.RequestMessage = request;
        return response;
    }

    private static HttpRequestMessage Copy(HttpRequestMessage request, Uri endPoint, byte[] body)
    {
        HttpRequestMessage copy = new(request.Method, endPoint) { Content = new ByteArrayContent(body) };
        foreach ((string name, IEnumerable<string> values) in request.Headers)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        foreach ((string name, IEnumerable<string> values) in request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>())
        {
            if (name != "Content-Length")
            {
                copy.Content.Headers.TryAddWithoutValidation(name, values);
            }
        }

        copy.Headers.Host = request.RequestUri!.Authority;
        return copy;
    }
}
