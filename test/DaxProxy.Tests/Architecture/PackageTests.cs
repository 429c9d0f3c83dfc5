using System.Xml.Linq;
using NUnit.Framework;

namespace DaxProxy.Tests.Architecture;

/// <summary>What the packages of a release say that they need.</summary>
public sealed class PackageTests
{
    /// <summary>The libraries inside the package have no packages of their own to list it.</summary>
    [Test]
    public void TestingPackage_ListsEveryPackageThatItsLibrariesNeed()
    {
        string[] listed = PackagesOf("DaxProxy.Testing");
        string[] needed = [.. new[] { "DaxProxy", "DaxProxy.Core", "DaxProxy.Engine" }.SelectMany(PackagesOf).Distinct()];
        Assert.That(needed, Has.Length.GreaterThan(5));

        // ASP.NET Core, which the package needs whole, brings these.
        Assert.That(needed.Where(package => !package.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)), Is.SubsetOf(listed));
    }

    /// <summary>The SDK of web servers switches packing off, with no more than a warning.</summary>
    [Test]
    public void Tool_CanBePacked() =>
        Assert.That((string?)ProjectOf("DaxProxy").Descendants("IsPackable").SingleOrDefault(), Is.EqualTo("true"));

    private static string[] PackagesOf(string project) =>
        [.. ProjectOf(project).Descendants("PackageReference").Select(reference => (string)reference.Attribute("Include")!)];

    private static XDocument ProjectOf(string project) =>
        XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"));
}
