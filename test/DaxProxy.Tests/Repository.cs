using NUnit.Framework;

namespace DaxProxy.Tests;

/// <summary>The clone that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>Its folder.</summary>
    public static string Root { get; } = Find(TestContext.CurrentContext.TestDirectory);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "DaxProxy.sln")) ? folder : Find(Path.GetDirectoryName(folder)!);
}
