using System.Text;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Compared;

/// <summary>
/// Sends every request to a server and to a proxy in front of an equal server, compares the answers, and gives the client the proxy's. A
/// read is sent to the proxy a second time, so that what the caches answer is compared as well as what they fetch.
/// </summary>
internal sealed partial class ComparingHandler(Uri direct, Uri proxied, Comparison comparison) : TurnTakingHandler
{
    private const int MaxLooks = 200;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Sends and compares. A table or a backup may become ready on one server before the other: then both are asked again, until they
    /// agree.
    /// </summary>
    protected override async Task<HttpResponseMessage> SendAllAsync(HttpRequestMessage request, string target, byte[] body)
    {
        for (int looks = 1; ; looks++)
        {
            // The direct server first: what a cache is asked then has happened there already.
            using HttpRequestMessage toDirect = Copy(request, direct, comparison.Translate(body));
            using HttpResponseMessage fromDirect = await Invoker.SendAsync(toDirect, CancellationToken.None);
            using HttpRequestMessage toProxy = Copy(request, proxied, body);
            HttpResponseMessage response = await Invoker.SendAsync(toProxy, CancellationToken.None);
            await response.Content.LoadIntoBufferAsync();
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
                using HttpResponseMessage warm = await Invoker.SendAsync(again, CancellationToken.None);
                comparison.Compare(asked, one, await Answer.ReadAsync(warm));
            }

            response.RequestMessage = request;
            return response;
        }
    }

    [GeneratedRegex(@"\.(GetItem|BatchGetItem|Query|Scan|TransactGetItems)$")]
    private static partial Regex Read();
}
