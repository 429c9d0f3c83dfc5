using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using DaxProxy.Auth;
using DaxProxy.Core.Policies;

namespace DaxProxy.Policies;

/// <summary>Gives out sessions of roles to those whom the role and their own policies let take it on.</summary>
/// <remarks>
/// Thread-safe. Source: AssumeRole of the STS API reference. The trust policy has to let the caller in. Where it names the caller itself,
/// that is enough, where it names its account, a policy of the caller has to allow <c>sts:AssumeRole</c> on the role besides.
/// </remarks>
/// <param name="policies">Users and roles.</param>
/// <param name="sessions">What makes tokens.</param>
/// <param name="time">The clock.</param>
internal sealed partial class RoleSessions(Authorizer policies, Sessions sessions, TimeProvider time)
{
    private const string AssumeRole = "sts:AssumeRole", TagSession = "sts:TagSession";
    private const int MinSeconds = 900, MaxTags = 50, MaxPolicyChars = 2048, MaxTagKeyChars = 128, MaxTagValueChars = 256;

    /// <summary>The longest session that a session may begin. Source: role chaining, IAM user guide.</summary>
    private const int MaxChainedSeconds = 3600;

    /// <summary>Who a key belongs to.</summary>
    public Principal Identify(Identity caller) => policies.AccessOf(caller).Principal;

    /// <summary>Begins a session.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="origin">Where it comes from.</param>
    /// <param name="granted">The session; null after an error.</param>
    /// <returns>Code and text of what is wrong; null for nothing.</returns>
    public (string Code, string Message)? TryBegin(
        AssumeRoleRequest request, Identity caller, RequestOrigin origin, out GrantedSession? granted)
    {
        granted = null;
        if (CheckForm(request) is { } malformed)
        {
            return malformed;
        }

        PolicySet set = policies.Policies;
        Access access = policies.AccessOf(caller);
        string name = request.RoleArn[(request.RoleArn.LastIndexOf('/') + 1)..];
        IdentityPolicies? role = request.RoleArn == set.RoleArn(name) ? set.Roles.GetValueOrDefault(name) : null;
        RequestContext context = new(access.Known);
        policies.AddOrigin(context, origin);
        context.Set("sts:RoleSessionName", request.SessionName);
        context.Set("aws:TagKeys", [.. request.Tags.Keys]);
        foreach ((string key, string value) in request.Tags)
        {
            context.Set("aws:RequestTag/" + key, value);
        }

        foreach (string action in request.Tags.Count == 0 ? [AssumeRole] : (string[])[AssumeRole, TagSession])
        {
            bool isAllowed = role is not null
                && role.Trust!.LetsIn(access.Principal, action, context)
                && Verdict.Of(access.Principal, access.Known, action, request.RoleArn, role.Trust).Decide(context).IsAllowed;
            string text = $"User: {access.Principal.Arn} is not authorized to perform: {action} on resource: {request.RoleArn}";
            if (!isAllowed || action == AssumeRole)
            {
                policies.Note(new AuditRecord(
                    time.GetUtcNow(), access.Principal.Arn, origin, action, request.RoleArn, isAllowed, null, isAllowed ? null : text));
            }

            if (!isAllowed)
            {
                return ("AccessDenied", text);
            }
        }

        int longest = caller.Session is null ? role!.MaxSessionSeconds : MaxChainedSeconds;
        if (request.Seconds > longest)
        {
            return ("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
        }

        long now = time.GetUtcNow().ToUnixTimeSeconds();
        Session session = new(
            name,
            request.SessionName,
            now,
            now + request.Seconds,
            request.Tags,
            request.Policy,
            Convert.ToHexString(RandomNumberGenerator.GetBytes(8)));
        int percent = sessions.TryIssue(session, out SessionCredentials? credentials);
        if (credentials is null)
        {
            // The form of the texts, not the measure: how the service packs what it counts is not known.
            return ("PackedPolicyTooLarge", request.Policy.Length > SizeOf(request.Tags)
                ? $"Packed policy consumes {percent}% of allotted space, please use smaller policy."
                : $"Packed size of session tags consumes {percent}% of allotted space.");
        }

        granted = new GrantedSession(
            credentials, set.PrincipalOf(new Identity(name, session)), DateTimeOffset.FromUnixTimeSeconds(session.ExpiresAt));
        return null;
    }

    private static int SizeOf(IReadOnlyDictionary<string, string> tags) => tags.Sum(tag => tag.Key.Length + tag.Value.Length);

    private static (string Code, string Message)? CheckForm(AssumeRoleRequest request)
    {
        if (!request.RoleArn.StartsWith("arn:", StringComparison.Ordinal) || request.RoleArn.Length is < 20 or > 2048)
        {
            return ("ValidationError", $"{request.RoleArn} is invalid");
        }

        if (!SessionName().IsMatch(request.SessionName))
        {
            return ("ValidationError", string.Create(
                CultureInfo.InvariantCulture,
                $"1 validation error detected: Value '{request.SessionName}' at 'roleSessionName' failed to satisfy constraint: "
                + $"Member must satisfy regular expression pattern: [\\w+=,.@-]{{2,64}}"));
        }

        if (request.Seconds is < MinSeconds or > 43_200)
        {
            return ("ValidationError", $"1 validation error detected: Value '{request.Seconds}' at 'durationSeconds' failed to satisfy "
                + "constraint: Member must have value between 900 and 43200");
        }

        if (request.Tags.Count > MaxTags
            || request.Tags.Any(tag => tag.Key.Length is 0 or > MaxTagKeyChars || tag.Value.Length > MaxTagValueChars))
        {
            return ("ValidationError", "A session has 50 tags at most, with keys of 1 to 128 characters and values of up to 256");
        }

        if (request.Policy.Length > MaxPolicyChars)
        {
            return ("ValidationError", "1 validation error detected: Value at 'policy' failed to satisfy constraint: "
                + "Member must have length less than or equal to 2048");
        }

        IReadOnlyList<PolicyFault> faults = [];
        return request.Policy.Length > 0
            && PolicyParser.TryParse(Encoding.UTF8.GetBytes(request.Policy), "session", PolicyKind.Identity, out faults) is null
            ? ("MalformedPolicyDocument", faults[0].Reason)
            : null;
    }

    [GeneratedRegex(@"^[\w+=,.@-]{2,64}\z", RegexOptions.ECMAScript | RegexOptions.CultureInvariant)]
    private static partial Regex SessionName();
}
