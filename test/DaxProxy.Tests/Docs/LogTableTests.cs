using System.Globalization;
using System.Reflection;
using DaxProxy.Telemetry;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace DaxProxy.Tests.Docs;

/// <summary>The table of log events in docs/operations/logs.md, held against the events themselves.</summary>
public sealed class LogTableTests
{
    [Test]
    public void Table_ItsEvents_AreThoseOfTheLogWithTheirLevels()
    {
        IEnumerable<string> logged = typeof(Log).GetMethods(BindingFlags.Static | BindingFlags.Public)
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>()
            .Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.EventId} {line.Level.ToString().ToLowerInvariant()}"));
        Assert.That(ReadTable(), Is.EquivalentTo(logged));
    }

    /// <summary>Id and level of each row of the page's first table.</summary>
    private static IEnumerable<string> ReadTable() => File.ReadLines(Path.Combine(Repository.Root, "docs", "operations", "logs.md"))
        .SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|')).Skip(2).Select(line => line.Split('|'))
        .Select(cells => $"{cells[1].Trim()} {cells[2].Trim()}");
}
