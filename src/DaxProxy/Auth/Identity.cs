namespace DaxProxy.Auth;

/// <summary>Whose a key is: the profile of the file that it stands in, or a session of a role.</summary>
/// <remarks>
/// Thread-safe. Two are the same only if they are one object, as which what a caller may do is found in the least time: a key keeps its
/// own.
/// </remarks>
/// <param name="name">Name of the profile, or of the role.</param>
/// <param name="session">The session; null for a profile.</param>
internal sealed class Identity(string name, Session? session = null)
{
    /// <summary>Name of the profile, or of the role.</summary>
    public string Name { get; } = name;

    /// <summary>The session; null for a profile.</summary>
    public Session? Session { get; } = session;

    /// <summary>What was found out about what it may do, for who finds that out; null for nothing. Goes with the identity.</summary>
    public object? Memo
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }
}
