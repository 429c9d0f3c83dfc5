using System.Globalization;
using System.Xml.Linq;
using DaxProxy.Report.Page;

namespace DaxProxy.Bench.Growth;

/// <summary>Draws what requests cost by how much is cached, as a file of SVG that stands by itself.</summary>
internal static class GrowthPlot
{
    private const string Classes = "proxied direct";

    /// <summary>A picture of one or two series.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="across">What is counted from left to right.</param>
    /// <param name="series">
    /// Names of lines, with nanoseconds by how much is cached; where nothing is cached has no place on the axis.
    /// </param>
    public static string Draw(
        string title, string across, IReadOnlyList<(string Name, IReadOnlyList<(int Cached, double Nanoseconds)> Points)> series)
    {
        string[] kinds = Classes.Split(' ');
        List<Curve> curves = [.. series.Select((line, index) => new Curve(
            kinds[index],
            line.Name,
            [.. line.Points.Where(point => point.Cached > 0).Select(point => ((double)point.Cached, point.Nanoseconds / 1000))],
            IsDotted: true))];
        List<(double X, double Y)> points = [.. curves.SelectMany(curve => curve.Points)];
        XElement picture = Plot.Draw(
            title,
            Axis.Logarithmic(points.Min(point => point.X), points.Max(point => point.X), Short),
            across,
            Axis.Linear(points.Max(point => point.Y) * 1.1, value => $"{value.ToString("0.#", CultureInfo.InvariantCulture)} µs"),
            curves);
        XNamespace svg = "http://www.w3.org/2000/svg";
        foreach (XElement element in picture.DescendantsAndSelf())
        {
            element.Name = svg + element.Name.LocalName;
        }

        picture.AddFirst(new XElement(svg + "style", PageStyle.Text));
        return picture.ToString();
    }

    private static string Short(double value) =>
        value >= 1_000_000 ? Whole(value / 1_000_000) + " M" : value >= 1000 ? Whole(value / 1000) + " k" : Whole(value);

    private static string Whole(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}
