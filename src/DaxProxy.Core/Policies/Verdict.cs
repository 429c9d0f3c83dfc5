namespace DaxProxy.Core.Policies;

/// <summary>
/// What the policies of one caller say of one action on one resource: the statements that are about both, sorted out once.
/// </summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class Verdict
{
    private readonly Candidate[] certain;
    private readonly Candidate[] open;
    private readonly KeyTest[]? keyTests;
    private readonly bool needsBoundary;
    private readonly bool needsSession;

    private Verdict(List<Candidate> candidates, RequestContext known, bool needsBoundary, bool needsSession)
    {
        this.needsBoundary = needsBoundary;
        this.needsSession = needsSession;
        certain = [.. candidates.Where(candidate => candidate.IsCertain)];
        open = [.. candidates.Where(candidate => !candidate.IsCertain)];
        Outcome = Judge();
        NeedsSchema = Outcome == Outcome.Depends && ConditionKeys.Any(Policies.ConditionKeys.NeedsSchema);
        keyTests = Outcome == Outcome.Depends ? KeyTest.TryMakeAll(open, known) : null;
    }

    /// <summary>What can be said without the request.</summary>
    public Outcome Outcome { get; }

    /// <summary>Whether the keys of items decide, for which the table's schema must be known.</summary>
    public bool NeedsSchema { get; }

    /// <summary>Whether the request's one partition key is all that decides: <see cref="AllowsKey"/> answers.</summary>
    public bool IsByKey => keyTests is not null;

    /// <summary>The condition keys of the request that decide, repeated where several statements ask for one.</summary>
    public IEnumerable<string> ConditionKeys => open.SelectMany(candidate => candidate.Keys).Where(key => !IsFixed(key));

    /// <summary>Sorts the statements out.</summary>
    /// <param name="principal">The caller.</param>
    /// <param name="known">What is known of caller and resource before there is a request.</param>
    /// <param name="action">The action: <c>dynamodb:GetItem</c>.</param>
    /// <param name="resource">The resource's name; <c>*</c> for an action that is about none.</param>
    /// <param name="resourcePolicy">The policy of the resource; null for none.</param>
    /// <param name="isResourceUnknown">Whether the action is about something that is not known: then a denial of any resource
    /// counts.</param>
    public static Verdict Of(
        Principal principal,
        RequestContext known,
        string action,
        string resource,
        Policy? resourcePolicy = null,
        bool isResourceUnknown = false)
    {
        List<Candidate> candidates = [];
        foreach ((Policy policy, PolicySource source) in PoliciesOf(principal, resourcePolicy))
        {
            foreach (PolicyStatement statement in policy.Statements)
            {
                if (statement.IsAbout(action) && IsAboutCaller(statement, principal)
                    && TryMake(statement, source, resource, known, isResourceUnknown) is { } candidate)
                {
                    candidates.Add(candidate);
                }
            }
        }

        return new Verdict(candidates, known, principal.Boundary is not null, principal.SessionPolicy is not null);
    }

    /// <summary>Decides a request.</summary>
    public Decision Decide(RequestContext request)
    {
        Tally tally = new(needsBoundary, needsSession);
        foreach (Candidate candidate in certain)
        {
            tally.Add(candidate);
        }

        foreach (Candidate candidate in open)
        {
            if (candidate.Holds(request))
            {
                tally.Add(candidate);
            }
        }

        return tally.Decide();
    }

    /// <summary>
    /// Whether a request with this one partition key is allowed. Of verdicts that are <see cref="IsByKey"/>; allocates nothing.
    /// </summary>
    /// <param name="utf8">The key's text, of a key of type S.</param>
    public bool AllowsKey(ReadOnlySpan<byte> utf8)
    {
        Tally tally = new(needsBoundary, needsSession);
        foreach (Candidate candidate in certain)
        {
            tally.Add(candidate);
        }

        foreach (KeyTest test in keyTests!)
        {
            if (test.Holds(utf8))
            {
                tally.Add(test.Candidate);
            }
        }

        return tally.IsAllowed;
    }

    private static IEnumerable<(Policy Policy, PolicySource Source)> PoliciesOf(Principal principal, Policy? resourcePolicy)
    {
        foreach (Policy policy in principal.Policies)
        {
            yield return (policy, PolicySource.Identity);
        }

        if (resourcePolicy is not null)
        {
            yield return (resourcePolicy, PolicySource.Resource);
        }

        if (principal.Boundary is not null)
        {
            yield return (principal.Boundary, PolicySource.Boundary);
        }

        if (principal.SessionPolicy is not null)
        {
            yield return (principal.SessionPolicy, PolicySource.Session);
        }
    }

    /// <summary>
    /// A statement about the caller's account denies it; it allows nothing, as that is left to the caller's own policies.
    /// </summary>
    private static bool IsAboutCaller(PolicyStatement statement, Principal principal) => statement.Principals?.Match(principal) switch
    {
        null or PrincipalMatch.Itself => true,
        PrincipalMatch.ByAccount => statement.IsDenying,
        _ => false,
    };

    private static Candidate? TryMake(
        PolicyStatement statement, PolicySource source, string resource, RequestContext known, bool isResourceUnknown)
    {
        bool? isAbout = isResourceUnknown
            ? statement.IsDenying || (!statement.IsNotResource && IsAbout(statement, resource, known) == true)
            : IsAbout(statement, resource, known);
        if (isAbout == false)
        {
            return null;
        }

        List<Condition> left = [];
        foreach (Condition condition in statement.Conditions)
        {
            if (!condition.Keys.All(IsFixed))
            {
                left.Add(condition);
            }
            else if (condition.Holds(known, statement.IsDenying) != true)
            {
                return null;
            }
        }

        return new Candidate(statement, source, left, isAbout is null ? resource : null);
    }

    /// <summary>
    /// Whether it is about a resource; null where the request has to say: what stands for an absent key is not known before that.
    /// </summary>
    private static bool? IsAbout(PolicyStatement statement, string resource, RequestContext known) =>
        statement.Resources.All(pattern => pattern.Variables.All(IsFixed)) ? statement.IsAbout(resource, known) : null;

    /// <summary>Whether a key has the same value in all requests of a caller for a resource.</summary>
    internal static bool IsFixed(string key) => Policies.ConditionKeys.IsResourceTag(key)
        || key.StartsWith("aws:Principal", StringComparison.OrdinalIgnoreCase)
        || Policies.ConditionKeys.Is(key, "aws:userid")
        || Policies.ConditionKeys.Is(key, "aws:username")
        || Policies.ConditionKeys.Is(key, "aws:TokenIssueTime");

    private Outcome Judge()
    {
        Tally least = new(needsBoundary, needsSession), most = least;
        foreach (Candidate candidate in certain)
        {
            least.Add(candidate);
            most.Add(candidate);
        }

        bool mayBeDenied = false;
        foreach (Candidate candidate in open)
        {
            if (candidate.Statement.IsDenying)
            {
                mayBeDenied = true;
            }
            else
            {
                most.Add(candidate);
            }
        }

        return !most.IsAllowed ? Outcome.Never
            : least.IsAllowed && !mayBeDenied ? Outcome.Always
            : Outcome.Depends;
    }
}
