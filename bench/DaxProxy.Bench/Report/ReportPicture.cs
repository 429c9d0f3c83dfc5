using System.Text.RegularExpressions;
using System.Xml.Linq;
using DaxProxy.Report.Page;

namespace DaxProxy.Bench.Report;

/// <summary>
/// Draws the top of a report's page as one file of SVG: the verdict, the four figures, the first two pictures. It has a background of its
/// own.
/// </summary>
internal static partial class ReportPicture
{
    private const int Width = 900;
    private const int Margin = 20;
    private const int TileTop = 156;
    private const int TileHeight = 74;
    private const int TileWidth = 207;
    private const int TileStep = 217;
    private const int PlotTop = 280;
    private const int PlotWidth = 400;
    private const int PlotHeight = 270;
    private const int PlotStep = 450;
    private const int MostColumns = 112;
    private const string Own = """
        svg text.headline { font-size: 22px; font-weight: 700; fill: var(--ink); }
        svg text.reason { font-size: 14px; fill: var(--ink); }
        svg text.big { font-size: 22px; font-weight: 600; fill: var(--ink); }
        svg text.heading { font-size: 14px; font-weight: 600; fill: var(--ink); }
        svg text.note { font-size: 11px; }
        svg svg { overflow: visible; }
        svg rect.paper { fill: var(--paper); } svg rect.tile { fill: var(--panel); stroke: var(--rule); }
        svg rect.use { fill: var(--good); } svg rect.hardly { fill: var(--fair); } svg rect.donotuse { fill: var(--bad); }
        """;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>The picture.</summary>
    /// <param name="page">The page's text.</param>
    public static string Draw(string page)
    {
        XElement html = XElement.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..]);
        XElement verdict = Of(html, "verdict").First();
        string headline = verdict.Element("h1")!.Value, reason = verdict.Element("p")!.Value;
        XElement picture = new(
            "svg",
            new XAttribute("viewBox", $"0 0 {Width} {PlotTop + PlotHeight + Margin}"),
            new XAttribute("role", "img"),
            new XElement("title", $"{headline} {reason}"),
            new XElement("style", Style()),
            Box("paper", 0, 0, Width, PlotTop + PlotHeight + Margin),
            Text("what", Margin, 32, Of(html, "what").First().Value),
            Box(verdict.Attribute("class")!.Value.Split(' ')[1], Margin, 48, 5, 88),
            Text("headline", Margin + 18, 72, headline),
            Lines(reason).Select((line, index) => Text("reason", Margin + 18, 98 + (index * 19), line)),
            Of(html, "tile").Select((tile, index) => Tile(tile, Margin + (index * TileStep))),
            html.Descendants("figure").Take(2).Select((figure, index) => Figure(figure, Margin + (index * PlotStep))));
        foreach (XElement element in picture.DescendantsAndSelf())
        {
            element.Name = Svg + element.Name.LocalName;
        }

        return picture + "\n";
    }

    private static IEnumerable<XElement> Of(XElement html, string kind) =>
        html.Descendants().Where(element => element.Attribute("class")?.Value.Split(' ')[0] == kind);

    /// <summary>The colours of the page and the rules for its pictures, without those that lay the page out.</summary>
    private static string Style()
    {
        string[] rules = [.. Rule().Matches(PageStyle.Text).Select(rule => rule.Value)];
        IEnumerable<string> colours = rules.TakeWhile(rule => !rule.StartsWith('*'));
        IEnumerable<string> plots = rules.Where(
            rule => rule.StartsWith("svg ", StringComparison.Ordinal) && !rule.StartsWith("svg {", StringComparison.Ordinal));
        return string.Join('\n', [.. colours, .. plots, Own]);
    }

    /// <summary>A rule of a style sheet, over as many lines as it likes; or rules that hold on some media.</summary>
    [GeneratedRegex(@"[^\s{}][^{}]*\{(?:[^{}]|\{[^{}]*\})*\}")]
    private static partial Regex Rule();

    private static IEnumerable<XElement> Tile(XElement tile, int left)
    {
        string[] texts = [.. tile.Elements().Select(part => part.Value)];
        XElement box = Box("tile", left, TileTop, TileWidth, TileHeight);
        box.Add(new XAttribute("rx", 8));
        yield return box;
        yield return Text("what", left + 14, TileTop + 21, texts[0]);
        yield return Text("big", left + 14, TileTop + 46, texts[1]);
        yield return Text("note", left + 14, TileTop + 64, texts[2]);
    }

    private static IEnumerable<XElement> Figure(XElement figure, int left)
    {
        XElement plot = new(figure.Element("svg")!);
        plot.Add(
            new XAttribute("x", left), new XAttribute("y", PlotTop), new XAttribute("width", PlotWidth),
            new XAttribute("height", PlotHeight));
        yield return Text("heading", left, PlotTop - 14, figure.Element("figcaption")!.Value);
        yield return plot;
    }

    private static IEnumerable<string> Lines(string text)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length + word.Length >= MostColumns)
            {
                yield return line;
                line = "";
            }

            line += line.Length == 0 ? word : " " + word;
        }

        yield return line;
    }

    private static XElement Box(string kind, int left, int top, int width, int height) => new(
        "rect",
        new XAttribute("class", kind),
        new XAttribute("x", left),
        new XAttribute("y", top),
        new XAttribute("width", width),
        new XAttribute("height", height));

    private static XElement Text(string kind, int left, int baseline, string text) => new(
        "text",
        new XAttribute("class", kind),
        new XAttribute("x", left),
        new XAttribute("y", baseline),
        text);
}
