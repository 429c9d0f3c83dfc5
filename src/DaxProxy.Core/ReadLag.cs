namespace DaxProxy.Core;

/// <summary>
/// How far the eventually consistent reads of a backend may be behind the writes that it has acknowledged. A read sent once this time has
/// passed since the acknowledgement sees the write; zero: every read does.
/// </summary>
/// <param name="Replica">Of a table or a local secondary index.</param>
/// <param name="Index">Of a global secondary index.</param>
public readonly record struct ReadLag(TimeSpan Replica, TimeSpan Index)
{
    /// <summary>Of a backend all of whose reads see the present.</summary>
    public static ReadLag None => default;
}
