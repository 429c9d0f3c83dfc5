namespace DaxProxy.Engine;

/// <summary>How the embedded engine keeps its data.</summary>
public sealed record EngineOptions
{
    /// <summary>Folder of the store, created when it is missing; null keeps everything in memory, for as long as the process lives.</summary>
    public string? DataFolder { get; init; }

    /// <summary>
    /// Whether each group of commits is synchronised to the disk (true, the default: acknowledged writes survive a loss of power) or only
    /// handed to the operating system (false: they survive the end of the process, not of the machine).
    /// </summary>
    public bool SynchronizeEveryCommit { get; init; } = true;

    /// <summary>
    /// How long tables stay CREATING, UPDATING and DELETING, as they do at AWS; zero (the default) to be ready at once.
    /// </summary>
    public TimeSpan StatusDelay { get; init; }

    /// <summary>Region that resource names show.</summary>
    public string Region { get; init; } = "us-east-1";
}
