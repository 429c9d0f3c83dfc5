using System.Collections.Frozen;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace DaxProxy.Backends.Remote;

/// <summary>What of a backend's answer may reach a client that asked for something that is passed on.</summary>
/// <remarks>
/// Pure functions. A header that is not listed here is not passed on: a backend, or what stands in front of it, must not send clients
/// elsewhere, set cookies, or show them pages. The headers that every answer of this process has are set by the front end, as on all
/// others. Source: the answers that DynamoDB gives.
/// </remarks>
internal static class PassedAnswer
{
    /// <summary>A header's value of an answer is shorter.</summary>
    private const int MaxValueLength = 256;

    private static readonly FrozenSet<string> MediaTypes = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "application/x-amz-json-1.0", "application/x-amz-json-1.1", "application/json");

    /// <summary>About the request.</summary>
    private static readonly string[] Headers = ["x-amzn-RequestId", "x-amz-crc32", "x-amz-id-2"];

    /// <summary>About the body, which travels on as it came.</summary>
    private static readonly string[] ContentHeaders = ["Content-Encoding", "Content-Length"];

    /// <summary>Whether DynamoDB answers with this status: done, or refused. It never leads elsewhere.</summary>
    public static bool IsStatus(int status) => status is 200 or (>= 400 and < 600);

    /// <summary>Whether this is an answer in the protocol's form.</summary>
    public static bool IsOne(HttpResponseMessage answer) =>
        IsStatus((int)answer.StatusCode) && MediaTypeOf(answer) is { } type && MediaTypes.Contains(type);

    /// <summary>Copies the status and what is listed of the head; nothing has been sent yet.</summary>
    /// <param name="answer">One for which <see cref="IsOne"/> holds.</param>
    /// <param name="response">The answer to the client.</param>
    public static void CopyHead(HttpResponseMessage answer, HttpResponse response)
    {
        response.StatusCode = (int)answer.StatusCode;
        response.HttpContext.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = null;
        response.ContentType = MediaTypeOf(answer);
        Copy(answer.Headers, Headers, response.Headers);
        Copy(answer.Content.Headers, ContentHeaders, response.Headers);
    }

    private static string? MediaTypeOf(HttpResponseMessage answer) => answer.Content.Headers.ContentType?.MediaType;

    private static void Copy(HttpHeaders from, string[] names, IHeaderDictionary to)
    {
        foreach (string name in names)
        {
            if (from.NonValidated.TryGetValues(name, out HeaderStringValues values) && values.Count == 1 && IsPlain(values.ToString()))
            {
                to[name] = new StringValues(values.ToString());
            }
        }
    }

    private static bool IsPlain(string value) => value.Length <= MaxValueLength && !value.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
