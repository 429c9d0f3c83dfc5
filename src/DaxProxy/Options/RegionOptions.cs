namespace DaxProxy.Options;

/// <summary>The options of one of several regions of the local engine.</summary>
internal static class RegionOptions
{
    /// <summary>The folder in the data folder that holds those of the regions beside the default one.</summary>
    public const string Folder = "regions";

    /// <summary>The options for a region: its name, where its data is, and its share of the caches' memory.</summary>
    /// <param name="options">Checked options that name several regions.</param>
    /// <param name="region">One of those.</param>
    public static ProxyOptions Of(ProxyOptions options, string region)
    {
        BackendOptions backend = options.Backend;
        int regions = backend.RegionNames.Count;
        return options with
        {
            Backend = backend with { Region = region, DataFolder = FolderOf(backend, region) },
            ItemCache = options.ItemCache with
            {
                MaxBytes = Part(options.ItemCache.MaxBytes, regions),
                MemoryShare = options.ItemCache.MemoryShare / regions,
            },
            QueryCache = options.QueryCache with
            {
                MaxBytes = Part(options.QueryCache.MaxBytes, regions),
                MemoryShare = options.QueryCache.MemoryShare / regions,
            },
        };
    }

    /// <summary>
    /// Regions that have data and are not configured: to go on without them would be to lose what they have yet to send, and to get.
    /// </summary>
    public static IEnumerable<string> Left(BackendOptions backend)
    {
        string folder = Path.Combine(backend.DataFolder, Folder);
        return backend.InMemory || !Directory.Exists(folder)
            ? []
            : Directory.EnumerateDirectories(folder).Select(Path.GetFileName).OfType<string>()
                .Where(region => !backend.RegionNames.Contains(region) || region == backend.EffectiveRegion)
                .Order(StringComparer.Ordinal);
    }

    /// <summary>The default region's data is where it was when there was no other.</summary>
    private static string FolderOf(BackendOptions backend, string region) =>
        region == backend.EffectiveRegion ? backend.DataFolder : Path.Combine(backend.DataFolder, Folder, region);

    private static long Part(long bytes, int parts) => bytes == 0 ? 0 : Math.Max(1, bytes / parts);
}
