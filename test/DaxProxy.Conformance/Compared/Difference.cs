using System.Text.RegularExpressions;

namespace DaxProxy.Conformance.Compared;

/// <summary>Two answers to one request that are not equal.</summary>
/// <param name="Request">The request.</param>
/// <param name="What">What of them differs.</param>
/// <param name="Direct">The answer of the server.</param>
/// <param name="Proxied">The answer of the proxy.</param>
internal sealed partial record Difference(ComparedRequest Request, string What, Answer Direct, Answer Proxied)
{
    private const int MaxText = 1500;

    /// <summary>The difference for people, the same for all tables.</summary>
    public override string ToString() => TestTable().Replace(
        $"""
        {What} of {Request.Target} in {Request.Test}
          request  {Cut(Request.Body)}
          direct   {Show(Direct)}
          proxied  {Show(Proxied)}
        """,
        "$T");

    private string Show(Answer answer) =>
        $"{answer.Status} {(What == "headers" ? string.Join("; ", answer.Headers) + " " : "")}{Cut(answer.Text)}{(answer.CacheStatus is { } cache ? $" ({cache})" : "")}";

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..MaxText] + "...";

    [GeneratedRegex("t-[0-9a-f]{32}")]
    private static partial Regex TestTable();
}
