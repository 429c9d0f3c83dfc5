using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Compared;

/// <summary>
/// Takes the requests of tests in turn, for what sends each to more than one server.
/// </summary>
/// <remarks>
/// Requests of one test are sent one after another, also those that the test sends at once: all servers see them in one order, so that
/// every answer can be compared. A request that names no table of a test may be about the tables of all tests, and has the servers for
/// itself.
/// </remarks>
internal abstract partial class TurnTakingHandler : HttpMessageHandler
{
    private const int MaxTests = 64;

    private readonly ConcurrentDictionary<string, SemaphoreSlim> turns = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim places = new(MaxTests);
    private readonly SemaphoreSlim all = new(1);

    /// <summary>Sends what is compared.</summary>
    protected HttpMessageInvoker Invoker { get; } = new(new SocketsHttpHandler());

    /// <summary>Sends a request to all servers, and gives the answer that is the client's.</summary>
    protected abstract Task<HttpResponseMessage> SendAllAsync(HttpRequestMessage request, string target, byte[] body);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        byte[] body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        string target = request.Headers.TryGetValues("X-Amz-Target", out IEnumerable<string>? targets) ? targets.First() : "";
        SemaphoreSlim turn = turns.GetOrAdd(TestContext.CurrentContext.Test.ID, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await AloneAsync(!TestTable().IsMatch(Encoding.UTF8.GetString(body)), () => SendAllAsync(request, target, body));
        }
        finally
        {
            turn.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        Invoker.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The same request for one of the servers, with a body that it understands.</summary>
    protected static HttpRequestMessage Copy(HttpRequestMessage request, Uri endPoint, byte[] body)
    {
        HttpRequestMessage copy = new(request.Method, endPoint) { Content = new ByteArrayContent(body) };
        foreach ((string name, IEnumerable<string> values) in request.Headers)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        IEnumerable<KeyValuePair<string, IEnumerable<string>>> headers = request.Content?.Headers.AsEnumerable() ?? [];
        foreach ((string name, IEnumerable<string> values) in headers)
        {
            if (name != "Content-Length")
            {
                copy.Content.Headers.TryAddWithoutValidation(name, values);
            }
        }

        copy.Headers.Host = request.RequestUri!.Authority;
        return copy;
    }

    /// <summary>Whether what is asked may become ready on one server before the other.</summary>
    protected static bool IsOfOneThing(string target) =>
        target.EndsWith(".DescribeTable", StringComparison.Ordinal) || target.EndsWith(".DescribeBackup", StringComparison.Ordinal);

    /// <summary>Whether it is ready.</summary>
    protected static string StatusOf(Answer answer) => $"{answer.Status}{ReadyStatus().Match(answer.Text)}";

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

    [GeneratedRegex("t-[0-9a-f]{32}")]
    private static partial Regex TestTable();

    [GeneratedRegex("\"(?:Table|Backup)Status\":\"[A-Z]+\"")]
    private static partial Regex ReadyStatus();
}
