namespace DaxProxy.Core.Policies;

/// <summary>Where a statement stands, which decides how it counts and how a refusal names it.</summary>
public enum PolicySource
{
    /// <summary>A policy of the user or role.</summary>
    Identity,

    /// <summary>The policy of the table or stream.</summary>
    Resource,

    /// <summary>The boundary of the user or role.</summary>
    Boundary,

    /// <summary>The policy that the session was made with.</summary>
    Session,
}
