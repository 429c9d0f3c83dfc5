using System.Security.Cryptography;
using System.Text;
using DaxProxy.Auth;
using DaxProxy.Core.Policies;

namespace DaxProxy.Policies;

/// <summary>The users and roles of a policies folder, as it was read at one time.</summary>
/// <param name="Users">Users by their names.</param>
/// <param name="Roles">Roles by their names.</param>
/// <param name="Account">Number of the account that all of them are of.</param>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed record PolicySet(
    IReadOnlyDictionary<string, IdentityPolicies> Users, IReadOnlyDictionary<string, IdentityPolicies> Roles, string Account)
{
    private static readonly IdentityPolicies None = new() { Policies = [] };

    /// <summary>Resource name of a role.</summary>
    public string RoleArn(string name) => $"arn:aws:iam::{Account}:role/{name}";

    /// <summary>Id of a role, which says no more than its name.</summary>
    public static string RoleId(string name) => "AROA" + Digest("role/" + name);

    /// <summary>
    /// A caller. One that the folder says nothing of has no policies, so nothing is allowed to it but what a resource policy does.
    /// </summary>
    public Principal PrincipalOf(Identity identity) => identity.Session is { } session ? OfSession(session) : OfUser(identity.Name);

    private Principal OfUser(string name)
    {
        IdentityPolicies user = Users.GetValueOrDefault(name, None);
        return new Principal
        {
            Arn = $"arn:aws:iam::{Account}:user/{name}",
            Account = Account,
            UserId = "AIDA" + Digest("user/" + name),
            UserName = name,
            Tags = user.Tags,
            Policies = user.Policies,
            Boundary = user.Boundary,
        };
    }

    private Principal OfSession(Session session)
    {
        IdentityPolicies role = Roles.GetValueOrDefault(session.Role, None);
        Dictionary<string, string> tags = new(role.Tags, StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in session.Tags)
        {
            tags[name] = value;
        }

        return new Principal
        {
            Arn = $"arn:aws:sts::{Account}:assumed-role/{session.Role}/{session.Name}",
            Account = Account,
            UserId = $"{RoleId(session.Role)}:{session.Name}",
            RoleArn = RoleArn(session.Role),
            Tags = tags,
            Policies = role.Policies,
            Boundary = role.Boundary,
            SessionPolicy = session.Policy.Length == 0 ? null : SessionPolicyOf(session.Policy),
            IssuedAt = DateTimeOffset.FromUnixTimeSeconds(session.IssuedAt).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null),
        };
    }

    /// <summary>
    /// It was found right when the session was made; one that is not any more, after an update of the process, allows nothing.
    /// </summary>
    private static Policy SessionPolicyOf(string document) => PolicyParser.TryParse(
        Encoding.UTF8.GetBytes(document), "session", PolicyKind.Identity, out _) ?? new Policy([]);

    private static string Digest(string name) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 8));
}
