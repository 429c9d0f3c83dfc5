namespace DaxProxy.Core.Caching.Following;

/// <summary>Why a stream is not read.</summary>
public enum StreamFault
{
    /// <summary>It is.</summary>
    None,

    /// <summary>There is no such table.</summary>
    NoTable,

    /// <summary>The table has no stream, or it was switched off.</summary>
    NoStream,

    /// <summary>The backend does not answer what reading needs, or refuses it.</summary>
    Backend,

    /// <summary>It is not known whether the other members of the group have been told.</summary>
    Group,
}
