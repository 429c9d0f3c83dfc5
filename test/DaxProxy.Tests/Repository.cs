namespace DaxProxy.Tests;

/// <summary>The sources that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder of <c>DaxProxy.sln</c>.</summary>
    public static string Folder { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "DaxProxy.sln")) ? folder : Find(Path.GetDirectoryName(folder)!);
}
