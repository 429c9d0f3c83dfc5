namespace DaxProxy.Core.Policies;

/// <summary>A statement that is about an action and a resource, and what is left to be asked of a request.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Source">Where it stands.</param>
/// <param name="Conditions">The conditions that the request decides.</param>
/// <param name="OpenResource">The resource, where the request decides whether the statement is about it; otherwise null.</param>
internal sealed record Candidate(PolicyStatement Statement, PolicySource Source, IReadOnlyList<Condition> Conditions, string? OpenResource)
{
    /// <summary>Whether it applies to all requests.</summary>
    public bool IsCertain => Conditions.Count == 0 && OpenResource is null;

    /// <summary>The condition keys that it asks for.</summary>
    public IEnumerable<string> Keys => Conditions.SelectMany(condition => condition.Keys);

    /// <summary>Whether it applies to a request.</summary>
    public bool Holds(RequestContext request)
    {
        if (OpenResource is not null && Statement.IsAbout(OpenResource, request) != true)
        {
            return false;
        }

        foreach (Condition condition in Conditions)
        {
            if (condition.Holds(request, Statement.IsDenying) != true)
            {
                return false;
            }
        }

        return true;
    }
}
