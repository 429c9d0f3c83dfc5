using System.Net;
using System.Text;

namespace DaxProxy.Conformance.Fuzz;

/// <summary>
/// Requests of the operator's port: evictions of every form, questions about requests of every verb, and paths and methods that are not
/// there.
/// </summary>
internal sealed class AdminFuzz(IPEndPoint server) : HttpFuzz(server)
{
    private static readonly string[] Evictions =
    [
        """{"all":true}""", """{"table":"fuzz-hash"}""", """{"table":"fuzz-range","index":"global"}""",
        """{"table":"fuzz-hash","key":{"pk":{"S":"a"}}}""", """{"table":"fuzz-range","key":{"pk":{"S":"a"},"sk":{"N":"1"}}}""",
        """{"table":"fuzz-range","partition":{"pk":{"S":"a"}}}""",
        """{"table":"fuzz-range","index":"global","partition":{"g":{"S":"a"}}}""",
        """{"table":"fuzz-range","index":"local","partition":{"pk":{"S":"a"}}}""",
    ];

    private static readonly string[] Lines = ["GET /health/live", "GET /health/ready", "GET /health/backend", "GET /api/stats", "GET /metrics", "GET /", "GET /%00", "GET /api/evict", "GET /api/explain", "GET /api/hot-keys", "GET /api/history", "GET /api/config", "GET /dashboard.js", "GET /api/simulation", "DELETE /api/simulation", "PUT /api/simulation", "PUT /api/evict", "HEAD /metrics", "POST /metrics", "GET /api/stats?a=%ff", "OPTIONS *"];

    /// <inheritdoc/>
    public override FuzzInput Next(Random random)
    {
        bool isEviction = random.Next(2) == 0;
        string path = isEviction ? "/api/evict" : "/api/explain";
        byte[] body = Body(random, isEviction ? Evictions[random.Next(Evictions.Length)] : Question(random));
        if (random.Next(8) > 0)
        {
            return new FuzzInput(body, path, false);
        }

        byte[] whole = random.Next(2) == 0 ? [.. Head(path, body), .. body] : Encoding.Latin1.GetBytes(Lines[random.Next(Lines.Length)] + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        return new FuzzInput(Mutation.OfBytes(random, whole), "", true);
    }

    /// <inheritdoc/>
    protected override byte[] Head(string target, byte[] body) =>
        Encoding.Latin1.GetBytes(
            $"POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n");

    /// <summary>Whether a request would be answered from a cache.</summary>
    private static string Question(Random random)
    {
        (string target, string request) = RequestGrammar.Next(random);
        string named = random.Next(4) == 0 ? target : target[(target.IndexOf('.', StringComparison.Ordinal) + 1)..];
        return $"{{\"target\":\"{named}\",\"request\":{(random.Next(2) == 0 ? Mutation.OfJson(random, request) : request)}}}";
    }
}
