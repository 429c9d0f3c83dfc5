using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace DaxProxy.Report.Page;

/// <summary>
/// What pages have in common: each is one file without scripts that loads nothing from elsewhere, and is XML too. Pure functions.
/// </summary>
internal static class PageFrame
{
    /// <summary>The page.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="content">What is on it.</param>
    public static string Write(string title, params object?[] content)
    {
        XElement page = new(
            "html",
            new XAttribute("lang", "en"),
            new XElement(
                "head",
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
                new XElement("title", Clean(title)),
                new XElement("style", PageStyle.Text)),
            new XElement("body", new XElement("main", content)));
        return "<!DOCTYPE html>\n" + page.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    /// <summary>A text as XML can hold it: what a user named may have any character.</summary>
    public static string Clean(string text) =>
        text.Aggregate(new StringBuilder(), (clean, sign) => clean.Append(XmlConvert.IsXmlChar(sign) ? sign : '\uFFFD')).ToString();

    /// <summary>A figure that catches the eye.</summary>
    public static XElement Tile(string name, string figure, string note) => new(
        "div",
        new XAttribute("class", "tile"),
        new XElement("dt", name),
        new XElement("dd", new XAttribute("class", "big"), figure),
        new XElement("dd", new XAttribute("class", "note"), note));

    /// <summary>Some of them in a row.</summary>
    public static XElement Tiles(params IEnumerable<XElement> tiles) => new("dl", new XAttribute("class", "tiles"), tiles);

    /// <summary>A picture with its caption; null for none.</summary>
    public static XElement? Figure(string caption, XElement? picture) =>
        picture is null ? null : new XElement("figure", new XElement("figcaption", caption), picture);

    /// <summary>Pictures side by side.</summary>
    public static XElement Pictures(params IEnumerable<XElement?> figures) => new("section", new XAttribute("class", "plots"), figures);
}
