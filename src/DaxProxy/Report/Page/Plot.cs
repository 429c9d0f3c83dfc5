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
    private const double Height = 270;
    private const double Left = 56;
    private const double Right = 388;
    private const double Top = 14;
    private const double Bottom = 222;
    private const double LineHeight = 15;
    private const double MarkRadius = 3.5;

    /// <summary>
    /// How far to both sides of a label it is looked whether a line rises, and how near a side a label has to turn from it; of the width.
    /// </summary>
    private const double Aside = 0.15;
    private const double Margin = 0.33;

    /// <summary>A picture.</summary>
    /// <param name="title">What it shows, for who cannot see it.</param>
    /// <param name="across">The axis from left to right.</param>
    /// <param name="acrossTitle">What stands under it.</param>
    /// <param name="up">The axis upwards.</param>
    /// <param name="curves">The lines.</param>
    /// <param name="labelAt">
    /// Where labels may stand, from 0 at the left to 1 at the right: they do where the lines are farthest apart.
    /// </param>
    /// <param name="mark">Where an upright line stands, and what is written there; null for none.</param>
    public static XElement Draw(
        string title,
        Axis across,
        string acrossTitle,
        Axis up,
        IReadOnlyList<Curve> curves,
        IReadOnlyList<double> labelAt,
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
            picture.Add(Line("mark", x, Top, x, Bottom), Text("caption", isLeft ? x + 5 : x - 5, Bottom - 8, anchor, at.Label));
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

        double Near(Curve curve, double at) => Up(curve.Points.MinBy(point => Math.Abs(Across(point.X) - Left - (at * (Right - Left)))).Y);

        IEnumerable<XElement> Labels()
        {
            List<Curve> named = [.. curves.Where(curve => curve.Label is not null)];
            double share = named.Count == 0
                ? 0
                : labelAt.MaxBy(at => named.Max(curve => Near(curve, at)) - named.Min(curve => Near(curve, at)));
            double x = Left + (share * (Right - Left));
            List<(Curve Curve, double Y)> labelled = [.. named.Select(curve => (curve, Near(curve, share))).OrderBy(pair => pair.Item2)];
            for (int index = 0; index < labelled.Count; index++)
            {
                (Curve curve, double y) = labelled[index];

                // Away from where the line goes: of a rising one, before it when above and behind it when below. The lines themselves say
                // who is above where they are close.
                bool isRising = Near(curve, share + Aside) <= Near(curve, share - Aside);
                string anchor = share < Margin ? "start" : share > 1 - Margin ? "end" : isRising == (index == 0) ? "end" : "start";
                bool isAbove = labelled[^1].Y - labelled[0].Y < 3 * LineHeight ? index == 0 : isRising == (anchor == "end");
                double shifted = isAbove ? y - LineHeight + 5 : y + LineHeight + 5;
                yield return Text("label " + curve.Class, x, Math.Clamp(shifted, Top + 6, Bottom - 6), anchor, curve.Label!);
            }
        }
    }

    /// <summary>Two forms, for who cannot tell the colours apart.</summary>
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
