using System.Globalization;
using System.Xml.Linq;

namespace DaxProxy.Report.Page;

/// <summary>Draws curves between two axes as SVG, which needs nothing but the page's style sheet.</summary>
/// <remarks>
/// One size for all: as wide as a phone, and beside another one on a desk, so that letters keep their size. The units are those of the
/// picture.
/// </remarks>
internal static class Plot
{
    private const double Width = 400;
    private const double Height = 290;
    private const double Left = 56;
    private const double Right = 388;
    private const double Top = 34;
    private const double Bottom = 242;
    private const double MarkRadius = 3.5;

    /// <summary>Where labels stand: above the plot, so that none is ever on a line.</summary>
    private const double LabelLine = 16;
    private const double SampleLength = 22;
    private const double LetterWidth = 7.5;
    private const double LabelGap = 16;

    /// <summary>A picture.</summary>
    /// <param name="title">What it shows, for readers who cannot see it.</param>
    /// <param name="across">The axis from left to right.</param>
    /// <param name="acrossTitle">What stands under it.</param>
    /// <param name="up">The axis upwards.</param>
    /// <param name="curves">The lines.</param>
    /// <param name="mark">Where an upright line stands, and what is written above it; null for none.</param>
    public static XElement Draw(
        string title,
        Axis across,
        string acrossTitle,
        Axis up,
        IReadOnlyList<Curve> curves,
        (double Value, string Label)? mark = null)
    {
        XElement picture = new(
            "svg", new XAttribute("viewBox", $"0 0 {N(Width)} {N(Height)}"), new XAttribute("role", "img"), new XElement("title", title));
        foreach ((double value, string label) in up.Ticks)
        {
            double y = Up(value);
            picture.Add(Line("grid", Left, y, Right, y), Text("tick", Left - 7, y + 4, "end", label));
        }

        foreach ((double value, string label) in across.Ticks)
        {
            double x = Across(value);
            picture.Add(Line("stroke", x, Bottom, x, Bottom + 4), Text("tick", x, Bottom + 18, "middle", label));
        }

        picture.Add(Line("stroke", Left, Bottom, Right, Bottom), Text("caption", (Left + Right) / 2, Height - 8, "middle", acrossTitle));
        if (mark is { } at)
        {
            double x = Across(at.Value);
            bool isLeft = x < (Left + Right) / 2;
            string anchor = isLeft ? "start" : "end";
            picture.Add(Line("mark", x, Top, x, Bottom), Text("caption", isLeft ? x - 2 : x + 2, LabelLine + 4, anchor, at.Label));
        }

        foreach (Curve curve in curves)
        {
            string points = string.Join(' ', curve.Points.Select(point => $"{N(Across(point.X))},{N(Up(point.Y))}"));
            picture.Add(new XElement("polyline", new XAttribute("class", curve.Class), new XAttribute("points", points)));
            picture.Add(curve.IsDotted ? curve.Points.Select(point => Mark(curve.Class, Across(point.X), Up(point.Y))) : null);
        }

        picture.Add(Labels());
        return picture;

        double Across(double value) => Left + (Math.Clamp(across.Place(value), 0, 1) * (Right - Left));

        double Up(double value) => Bottom - (Math.Clamp(up.Place(value), 0, 1) * (Bottom - Top));

        IEnumerable<XElement> Labels()
        {
            double x = Left;
            foreach (Curve curve in curves.Where(curve => curve.Label is not null))
            {
                string sample = $"{N(x)},{N(LabelLine)} {N(x + SampleLength)},{N(LabelLine)}";
                yield return new XElement("polyline", new XAttribute("class", curve.Class), new XAttribute("points", sample));
                yield return Text("label " + curve.Class, x + SampleLength + 6, LabelLine + 4, "start", curve.Label!);
                x += SampleLength + (LetterWidth * curve.Label!.Length) + LabelGap;
            }
        }
    }

    /// <summary>Two forms, for readers who cannot tell the colours apart.</summary>
    private static XElement Mark(string kind, double x, double y) => kind == "direct"
        ? new XElement(
            "rect",
            new XAttribute("class", kind),
            A("x", x - MarkRadius),
            A("y", y - MarkRadius),
            A("width", 2 * MarkRadius),
            A("height", 2 * MarkRadius))
        : new XElement("circle", new XAttribute("class", kind), A("cx", x), A("cy", y), A("r", MarkRadius));

    private static XElement Line(string kind, double x1, double y1, double x2, double y2) =>
        new("line", new XAttribute("class", kind), A("x1", x1), A("y1", y1), A("x2", x2), A("y2", y2));

    private static XElement Text(string kind, double x, double y, string anchor, string text) =>
        new("text", new XAttribute("class", kind), A("x", x), A("y", y), new XAttribute("text-anchor", anchor), text);

    private static XAttribute A(string name, double value) => new(name, N(value));

    private static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
