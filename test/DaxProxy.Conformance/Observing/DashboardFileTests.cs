using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DaxProxy.Tests;
using NUnit.Framework;
using YamlDotNet.RepresentationModel;

namespace DaxProxy.Conformance.Observing;

/// <summary>The dashboard for Grafana and the alerts for Prometheus: they ask for series and labels that a proxy exposes.</summary>
public sealed partial class DashboardFileTests
{
    /// <summary>What Prometheus adds to each series.</summary>
    private static readonly string[] AddedLabels = ["instance", "job", "le"];

    private static readonly string Config = Path.Combine(Repository.Root, "config");

    [Test]
    public async Task Grafana_EachExpression_AsksForSeriesAndLabelsThatThereAre() => await CheckAsync(GrafanaExpressions());

    [Test]
    public async Task Alerts_EachExpression_AsksForSeriesAndLabelsThatThereAre() => await CheckAsync(AlertExpressions());

    [Test]
    public async Task Expressions_OfBothFiles_ArePromQl()
    {
        StringBuilder rules = new("groups:\n  - name: all\n    rules:\n");
        foreach ((int index, string expression) in GrafanaExpressions().Concat(AlertExpressions()).Index())
        {
            rules.Append($"      - record: daxproxy:expression:{index}\n        expr: '{expression.Replace("'", "''")}'\n");
        }

        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, rules.ToString());
        (int Code, string Said)? answer = await Promtool.RunAsync("", "check", "rules", file);
        (int Code, string Said)? alerts = await Promtool.RunAsync("", "check", "rules", Path.Combine(Config, "prometheus", "alerts.yaml"));
        File.Delete(file);
        if (answer is null)
        {
            Assert.Ignore(Promtool.Missing);
            return;
        }

        Assert.That(answer.Value.Code, Is.Zero, answer.Value.Said);
        Assert.That(alerts!.Value.Code, Is.Zero, alerts.Value.Said);
    }

    [Test]
    public void Grafana_EachPanel_HasATitleAUnitAndAPlaceOfItsOwn()
    {
        JsonNode dashboard = Dashboard();
        JsonNode[] panels = [.. dashboard["panels"]!.AsArray().Select(panel => panel!)];
        Assert.That(panels.Select(panel => (string?)panel["title"]), Is.Unique.And.All.Not.Empty);
        Assert.That(panels.Select(panel => (int)panel["id"]!), Is.Unique);
        foreach (JsonNode panel in panels.Where(panel => (string?)panel["type"] != "row"))
        {
            Assert.That((string?)panel["fieldConfig"]!["defaults"]!["unit"], Is.Not.Null.And.Not.Empty, $"{panel["title"]}");
            Assert.That((string?)panel["datasource"]!["uid"], Is.EqualTo("${datasource}"), $"{panel["title"]}");
        }

        // No two panels lie on one another.
        foreach ((JsonNode one, JsonNode other) in panels.SelectMany((one, index) => panels.Skip(index + 1).Select(other => (one, other))))
        {
            Assert.That(Overlap(one["gridPos"]!, other["gridPos"]!), Is.False, $"{one["title"]} and {other["title"]}");
        }

        static bool Overlap(JsonNode one, JsonNode other) =>
            (int)one["x"]! < (int)other["x"]! + (int)other["w"]! && (int)other["x"]! < (int)one["x"]! + (int)one["w"]!
            && (int)one["y"]! < (int)other["y"]! + (int)other["h"]! && (int)other["y"]! < (int)one["y"]! + (int)one["h"]!;
    }

    private static JsonNode Dashboard() => JsonNode.Parse(File.ReadAllText(Path.Combine(Config, "grafana", "daxproxy.json")))!;

    /// <summary>As they are sent once the variables have values.</summary>
    private static IEnumerable<string> GrafanaExpressions() => Dashboard()["panels"]!.AsArray()
        .SelectMany(panel => panel!["targets"]?.AsArray() ?? [])
        .Select(target => ((string)target!["expr"]!).Replace("$__rate_interval", "1m").Replace("$instance", ".*").Replace("$table", ".*"));

    private static IEnumerable<string> AlertExpressions()
    {
        YamlStream stream = [];
        using StreamReader reader = new(Path.Combine(Config, "prometheus", "alerts.yaml"));
        stream.Load(reader);
        return [.. stream.Documents[0].AllNodes.OfType<YamlMappingNode>().Where(node => node.Children.ContainsKey("expr"))
            .Select(node => $"{node["expr"]}")];
    }

    private static async Task CheckAsync(IEnumerable<string> expressions)
    {
        IReadOnlyList<Exposition> all = await Expositions.AllAsync();
        string[] known = [.. expressions];
        Assert.That(known, Is.Not.Empty);
        foreach (string expression in known)
        {
            MatchCollection selectors = Selector().Matches(expression);
            Assert.That(selectors.Count + Regex.Count(expression, @"\bup\b"), Is.Positive, expression);
            foreach (Match selector in selectors)
            {
                string name = selector.Groups[1].Value;
                Assert.That(all.Any(exposition => exposition.Series.Keys.Any(series => series.Name == name)), $"{name} in {expression}");
                IEnumerable<string> asked = LabelName().Matches(selector.Groups[2].Value).Select(label => label.Groups[1].Value);
                Assert.That(
                    asked.Except(AddedLabels),
                    Is.SubsetOf(all.SelectMany(exposition => exposition.LabelsOf(name))),
                    $"{name} in {expression}");
            }

            IEnumerable<string> kept =
                Grouping().Matches(expression).SelectMany(by => by.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries));
            IEnumerable<string> labels =
                selectors.SelectMany(selector => all.SelectMany(exposition => exposition.LabelsOf(selector.Groups[1].Value)));
            Assert.That(kept.Except(AddedLabels), Is.SubsetOf(labels), expression);
        }
    }

    [GeneratedRegex(@"\b(daxproxy_[a-z_]+)(?:\{([^}]*)\})?")]
    private static partial Regex Selector();

    [GeneratedRegex("([a-z_]+) *(?:=~|!~|!=|=)")]
    private static partial Regex LabelName();

    [GeneratedRegex(@"\bby *\(([^)]*)\)")]
    private static partial Regex Grouping();
}
