namespace DaxProxy.Engine.Storage.Seals;

/// <summary>A page that is not what was written to it.</summary>
/// <param name="File">Path of the store's file.</param>
/// <param name="Number">The page, from 1; or the frame, where it is one of the log.</param>
/// <param name="IsInLog">Whether it was read from the log.</param>
public readonly record struct DamagedPage(string File, long Number, bool IsInLog)
{
    /// <summary>The page and the file, such as <c>page 7 of /data/daxproxy.db</c>.</summary>
    public override string ToString() => IsInLog ? $"frame {Number} of {File}-wal" : $"page {Number} of {File}";
}
