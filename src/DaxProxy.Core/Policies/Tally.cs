namespace DaxProxy.Core.Policies;

/// <summary>
/// Adds up the statements that apply. A denial anywhere decides; else the boundary must allow, the policy of the session must allow, and
/// one of the policies of identity and resource.
/// </summary>
/// <remarks>
/// Source: "Policy evaluation logic" of the IAM user guide. In one thing stricter: what a resource policy allows to a user by name is
/// limited by the boundary too.
/// </remarks>
/// <param name="needsBoundary">Whether there is a boundary.</param>
/// <param name="needsSession">Whether there is a policy of the session.</param>
internal struct Tally(bool needsBoundary, bool needsSession)
{
    private Candidate? denial;
    private Candidate? grant;
    private bool isWithinBoundary;
    private bool isWithinSession;

    /// <summary>Whether what was added allows.</summary>
    public readonly bool IsAllowed =>
        denial is null && grant is not null && (!needsBoundary || isWithinBoundary) && (!needsSession || isWithinSession);

    /// <summary>Whether something denies.</summary>
    public readonly bool IsDenied => denial is not null;

    /// <summary>Adds a statement that applies.</summary>
    public void Add(Candidate candidate)
    {
        if (candidate.Statement.IsDenying)
        {
            denial ??= candidate;
        }
        else if (candidate.Source == PolicySource.Boundary)
        {
            isWithinBoundary = true;
        }
        else if (candidate.Source == PolicySource.Session)
        {
            isWithinSession = true;
        }
        else
        {
            grant ??= candidate;
        }
    }

    /// <summary>What it comes to, and by which statement.</summary>
    public readonly Decision Decide() => denial is not null ? new Decision(false, denial.Source, denial.Statement)
        : grant is null ? new Decision(false, PolicySource.Identity, null)
        : needsBoundary && !isWithinBoundary ? new Decision(false, PolicySource.Boundary, null)
        : needsSession && !isWithinSession ? new Decision(false, PolicySource.Session, null)
        : new Decision(true, grant.Source, grant.Statement);
}
