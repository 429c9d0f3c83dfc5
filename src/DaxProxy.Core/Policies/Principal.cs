namespace DaxProxy.Core.Policies;

/// <summary>Who calls: a user or a session of a role, with the policies that say what it may.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class Principal
{
    /// <summary>
    /// Resource name: <c>arn:aws:iam::123456789012:user/alice</c>, <c>arn:aws:sts::123456789012:assumed-role/role/session</c>.
    /// </summary>
    public required string Arn { get; init; }

    /// <summary>Number of its account.</summary>
    public required string Account { get; init; }

    /// <summary>Its id, which is no secret: of a session with the session's name behind a colon.</summary>
    public required string UserId { get; init; }

    /// <summary>Name of the user; null for a session.</summary>
    public string? UserName { get; init; }

    /// <summary>Resource name of the role that it is a session of; null for a user.</summary>
    public string? RoleArn { get; init; }

    /// <summary>Its tags; of a session those of the role, with those of the session over them.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>The policies of the user or role: what one of them allows is allowed.</summary>
    public required IReadOnlyList<Policy> Policies { get; init; }

    /// <summary>What must allow besides; null for nothing.</summary>
    public Policy? Boundary { get; init; }

    /// <summary>The policy that the session was made with, which must allow besides; null for none.</summary>
    public Policy? SessionPolicy { get; init; }

    /// <summary>When the session was made, in seconds since 1970; null for a user.</summary>
    public string? IssuedAt { get; init; }

    /// <summary>The account as a principal.</summary>
    internal string AccountRoot => $"arn:aws:iam::{Account}:root";

    /// <summary>What conditions can ask about it.</summary>
    public RequestContext Describe()
    {
        RequestContext request = new();
        request.Set("aws:PrincipalArn", RoleArn ?? Arn);
        request.Set("aws:PrincipalAccount", Account);
        request.Set("aws:PrincipalType", RoleArn is null ? "User" : "AssumedRole");
        request.Set("aws:userid", UserId);
        if (UserName is not null)
        {
            request.Set("aws:username", UserName);
        }

        if (IssuedAt is not null)
        {
            request.Set("aws:TokenIssueTime", IssuedAt);
        }

        foreach ((string name, string value) in Tags)
        {
            request.Set(ConditionKeys.PrincipalTag + name, value);
        }

        return request;
    }
}
