namespace DaxProxy.Core.Caching.Following;

/// <summary>
/// Who reads a table's stream, where that reader is, and how far the caches of all have come: what the processes in front of one backend
/// share about it. Thread-safe.
/// </summary>
public interface IStreamLedger
{
    /// <summary>
    /// Asks for the right to read a table's stream, or prolongs it, and notes what the reader has reached. Any exception means that it is
    /// not known whether that was done.
    /// </summary>
    /// <param name="tableName">Name of the table.</param>
    /// <param name="statement">
    /// What this process has reached as the reader; null where it is not, or has reached nothing. Kept only if it was the reader before.
    /// </param>
    Task<StreamRole> AskAsync(string tableName, StreamStatement? statement);
}
