using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Compared;

/// <summary>
/// Sends every request to a server and to a proxy in front of an equal server, compares the answers, and gives the client the proxy's. A
/// read is sent to the proxy a second time, so that what the caches answer is compared as well as what they fetch.
/// </summary>
/// <remarks>
/// Requests of one test are sent one after another, also those that the test sends at once: both servers see them in one order, so that
/// every answer can be compared. A request that names no table of a test may be about the tables of all tests, and has the servers for
/// itself.
/// </remarks>
internal sealed partial class ComparingHandler(Uri direct, Uri proxied, Comparison comparison) : HttpMessageHandler
{
    private const int MaxTests = 64;
    private const int MaxLooks = 200;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

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

    [GeneratedRegex(@"\.(GetItem|BatchGetItem|Query|Scan|TransactGetItems)$")]
    private static partial Regex Read();

    [GeneratedRegex("t-[0-9a-f]{32}")]
    private static partial Regex TestTable();

    [GeneratedRegex("\"(?:Table|Backup)Status\":\"[A-Z]+\"")]
    private static partial Regex ReadyStatus();

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

    /// <summary>
    /// Sends and compares. A table or a backup may become ready on one server before the other: then both are asked again, until they
    /// agree.
    /// </summary>
    private async Task<HttpResponseMessage> SendBothAsync(HttpRequestMessage request, byte[] body)
    {
        for (int looks = 1; ; looks++)
        {
            // The direct server first: what a cache is asked then has happened there already.
            using HttpRequestMessage toDirect = Copy(request, direct, comparison.Translate(body));
            using HttpResponseMessage fromDirect = await invoker.SendAsync(toDirect, CancellationToken.None);
            using HttpRequestMessage toProxy = Copy(request, proxied, body);
            HttpResponseMessage response = await invoker.SendAsync(toProxy, CancellationToken.None);
            await response.Content.LoadIntoBufferAsync();
            string target = request.Headers.TryGetValues("X-Amz-Target", out IEnumerable<string>? targets) ? targets.First() : "";
            Answer one = await Answer.ReadAsync(fromDirect), other = await Answer.ReadAsync(response);
            if (IsOfOneThing(target) && looks < MaxLooks && StatusOf(one) != StatusOf(other))
            {
                response.Dispose();
                await Task.Delay(BetweenLooks);
                continue;
            }

            ComparedRequest asked = new(TestContext.CurrentContext.Test.Name, target, Encoding.UTF8.GetString(body));
            comparison.Compare(asked, one, other);
            if (comparison.IsOneProduct && Read().IsMatch(target))
            {
                // Now the caches know what they may know, and must answer and refuse as before.
                using HttpRequestMessage again = Copy(request, proxied, body);
                using HttpResponseMessage warm = await invoker.SendAsync(again, CancellationToken.None);
                comparison.Compare(asked, one, await Answer.ReadAsync(warm));
            }

            response.RequestMessage = request;
            return response;
        }
    }

    private static bool IsOfOneThing(string target) =>
        target.EndsWith(".DescribeTable", StringComparison.Ordinal) || target.EndsWith(".DescribeBackup", StringComparison.Ordinal);

    private static string StatusOf(Answer answer) => $"{answer.Status}{ReadyStatus().Match(answer.Text)}";

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
