namespace DaxProxy.Core.Policies;

/// <summary>What can be said of an action on a resource before the request is known.</summary>
public enum Outcome
{
    /// <summary>It is refused in any case.</summary>
    Never,

    /// <summary>It is allowed in any case.</summary>
    Always,

    /// <summary>It depends on the request.</summary>
    Depends,
}
