namespace DaxProxy.Options;

/// <summary>Section <c>Audit</c>: what is written down of who did what.</summary>
internal sealed record AuditOptions
{
    /// <summary>
    /// File that gets a line of JSON for each request that is refused for who sent it, and for each that manages tables, policies, sessions
    /// or caches. Default empty: none.
    /// </summary>
    public string LogFile { get; init; } = "";

    /// <summary>How long the file may become before it is set aside as <c>LogFile.1</c>; of those, four are kept. Default 64 MiB.</summary>
    [Bytes]
    [Limits("64KiB", "1GiB")]
    public long MaxFileBytes { get; init; } = 64 * 1024 * 1024;
}
