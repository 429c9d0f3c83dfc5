namespace DaxProxy.Core.Policies;

/// <summary>Who a statement of a resource or trust policy is about: <c>Principal</c> or <c>NotPrincipal</c>.</summary>
/// <param name="Names">Resource names of users, roles and sessions, numbers of accounts, or <c>*</c>.</param>
/// <param name="IsNot">Whether it is about all but those.</param>
/// <remarks>
/// Immutable. Source: "Principal" of the IAM user guide. A name has no patterns in it, but for <c>*</c> alone. An account, by its number or
/// as <c>arn:aws:iam::…:root</c>, lets its own policies say who of it may: to be allowed by that needs a policy of the identity besides.
/// </remarks>
internal sealed record PrincipalPattern(IReadOnlyList<string> Names, bool IsNot)
{
    /// <summary>How a caller is among them.</summary>
    public PrincipalMatch Match(Principal caller)
    {
        PrincipalMatch best = PrincipalMatch.None;
        foreach (string name in Names)
        {
            PrincipalMatch match = name == "*" || name == caller.Arn || name == caller.RoleArn ? PrincipalMatch.Itself
                : name == caller.Account || name == caller.AccountRoot ? PrincipalMatch.ByAccount
                : PrincipalMatch.None;
            best = match > best ? match : best;
        }

        return !IsNot ? best : best == PrincipalMatch.None ? PrincipalMatch.Itself : PrincipalMatch.None;
    }
}
