namespace DaxProxy.Core.Policies;

/// <summary>What can be said of an action on a resource before the request is known.</summary>
public enum Outcome
{
    /// <summary>It is refused whatever the request says.</summary>
    Never,

    /// <summary>It is allowed whatever the request says.</summary>
    Always,

    /// <summary>It depends on the request.</summary>
    Depends,
}
