namespace DaxProxy.Load;

/// <summary>What one connection of a load sends, and what becomes of it.</summary>
/// <remarks>For one connection at a time; each has its own.</remarks>
internal interface ILoadSource
{
    /// <summary>The next request; good until the next call.</summary>
    ReadOnlyMemory<byte> Next();

    /// <summary>The reply to it has come.</summary>
    /// <param name="reply">All of it; not to be kept.</param>
    /// <param name="nanoseconds">How long it took, from when it should have been sent.</param>
    void Answered(ReadOnlySpan<byte> reply, long nanoseconds);

    /// <summary>The connection broke before the reply to it was complete, or the reply could not be understood.</summary>
    /// <returns>Whether to connect again and go on with the next request. By default not: the run ends with the exception.</returns>
    bool MayGoOn(Exception fault) => false;
}
