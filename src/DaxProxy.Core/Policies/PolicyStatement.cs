namespace DaxProxy.Core.Policies;

/// <summary>One statement of a policy.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class PolicyStatement
{
    /// <summary>What a refusal and the audit log call it: the file, and its <c>Sid</c> or number.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it denies.</summary>
    public required bool IsDenying { get; init; }

    /// <summary>Patterns of actions: those it is about, or with <see cref="IsNotAction"/> all but those.</summary>
    internal IReadOnlyList<Glob> Actions { get; init; } = [];

    /// <summary>Whether it was <c>NotAction</c>.</summary>
    internal bool IsNotAction { get; init; }

    /// <summary>Patterns of resources: those it is about, or with <see cref="IsNotResource"/> all but those.</summary>
    internal IReadOnlyList<Pattern> Resources { get; init; } = [];

    /// <summary>Whether it was <c>NotResource</c>.</summary>
    internal bool IsNotResource { get; init; }

    /// <summary>Who it is about; null in policies of identities, which are about their own.</summary>
    internal PrincipalPattern? Principals { get; init; }

    /// <summary>What must hold besides: all of them.</summary>
    internal IReadOnlyList<Condition> Conditions { get; init; } = [];

    /// <summary>Whether it is about an action.</summary>
    internal bool IsAbout(string action)
    {
        foreach (Glob pattern in Actions)
        {
            if (pattern.Matches(action, ignoreCase: true))
            {
                return !IsNotAction;
            }
        }

        return IsNotAction;
    }

    /// <summary>Whether it is about a resource; null where a variable has no value, and then it does not match.</summary>
    internal bool? IsAbout(string resource, RequestContext request)
    {
        bool isNamed = false;
        foreach (Pattern pattern in Resources)
        {
            if (pattern.Resolve(request) is not { } glob)
            {
                return null;
            }

            isNamed |= ArnPattern.Matches(resource, glob);
        }

        return isNamed != IsNotResource;
    }
}
