namespace DaxProxy.Core.Policies;

/// <summary>What a policy belongs to.</summary>
public enum PolicyKind
{
    /// <summary>A user, a role or a session; a boundary too.</summary>
    Identity,

    /// <summary>A table or a stream.</summary>
    Resource,

    /// <summary>A role, and says who may take it on.</summary>
    Trust,
}
