namespace DaxProxy.Core.Policies;

/// <summary>What policies say of one action of a request.</summary>
/// <param name="IsAllowed">Whether it may be done.</param>
/// <param name="Source">The kind of policy that decided: of an implicit refusal the one that did not allow.</param>
/// <param name="Statement">The statement that decided; null where it is that none allows.</param>
public sealed record Decision(bool IsAllowed, PolicySource Source, PolicyStatement? Statement)
{
    /// <summary>How a refusal ends, in the service's words.</summary>
    /// <param name="action">The action.</param>
    public string ReasonOf(string action) => Statement is null
        ? $"because no {NameOf(Source)} allows the {action} action"
        : $"with an explicit deny in a{(Source == PolicySource.Identity ? "n" : "")} {NameOf(Source)}";

    private static string NameOf(PolicySource source) => source switch
    {
        PolicySource.Identity => "identity-based policy",
        PolicySource.Resource => "resource-based policy",
        PolicySource.Boundary => "permissions boundary",
        _ => "session policy",
    };
}
