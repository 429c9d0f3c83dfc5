using System.Collections.Concurrent;
using System.Text;
using NUnit.Framework;
using NUnit.Framework.Interfaces;

namespace DaxProxy.Conformance.Compared;

/// <summary>
/// What a run against a server that is none of ours shows of the proxy: which tests pass directly and which through the proxy, and which
/// answers of the two differ. That a test fails on both says something of the server only. Thread-safe.
/// </summary>
/// <param name="server">Name of the server.</param>
internal sealed class ForeignRun(string server)
{
    private readonly ConcurrentDictionary<string, bool> direct = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> proxied = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Difference> differences = [];

    /// <summary>Name of the server.</summary>
    public string Server { get; } = server;

    /// <summary>Notes how a test ended.</summary>
    public void Note(Stack stack)
    {
        TestContext.TestAdapter test = TestContext.CurrentContext.Test;
        bool hasPassed = TestContext.CurrentContext.Result.Outcome.Status is TestStatus.Passed or TestStatus.Inconclusive;
        (stack.IsCached ? proxied : direct)[test.FullName.Replace($"({stack})", "", StringComparison.Ordinal)] = hasPassed;
    }

    /// <summary>Notes two answers that differ.</summary>
    public void Note(Difference difference) => differences.Enqueue(difference);

    /// <summary>What was found, for people.</summary>
    public override string ToString()
    {
        string[] worse = [.. direct.Where(test => test.Value && !proxied.GetValueOrDefault(test.Key)).Select(test => test.Key).Order()];
        string[] better = [.. direct.Where(test => !test.Value && proxied.GetValueOrDefault(test.Key)).Select(test => test.Key).Order()];
        StringBuilder report = new();
        report.AppendLine(
            $"{Server}: {direct.Count} tests, {direct.Count(test => test.Value)} pass directly, {proxied.Count(test => test.Value)} through the proxy.");
        Append(report, "pass directly and fail through the proxy", worse);
        Append(report, "pass through the proxy only", better);
        Append(report, "answers differ", [.. differences.GroupBy(one => $"{one.What} {one.Request.Target}").OrderBy(group => group.Key)
            .SelectMany(group => group.Select(one => $"{one}"))]);
        return report.ToString();
    }

    private static void Append(StringBuilder report, string title, string[] lines)
    {
        report.AppendLine($"{lines.Length} {title}");
        foreach (string line in lines)
        {
            report.Append("  ").AppendLine(line);
        }
    }
}
