using System.Collections.Concurrent;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Policies;

/// <summary>
/// What one caller may do, by its policies and those of resources as they were at one time: the statements that are about each action and
/// resource are sorted out once.
/// </summary>
/// <remarks>
/// Thread-safe. When a policy changes, all of these are thrown away and made again. Only what follows from policies is kept, never what was
/// decided of a request. A look-up on the way of a hit allocates nothing, which that of a MemoryCache would; what is kept is bounded by
/// being thrown away when it is too much.
/// </remarks>
/// <param name="principal">The caller.</param>
/// <param name="isSession">Whether the caller is one of the sessions of a role, of which there may be many.</param>
public sealed class Access(Principal principal, bool isSession = false)
{
    /// <summary>
    /// Longest names, of action and resource together, of which anything is kept: those of no index are longer, but a client can ask for
    /// any.
    /// </summary>
    private const int LongestKept = 640;

    /// <summary>Most verdicts that are kept, and most sources that are known to peeks.</summary>
    private readonly int mostKept = isSession ? 64 : 4096;

    private readonly ConcurrentDictionary<(string Action, string Resource, bool IsUnknown), Verdict> verdicts = new();

    private readonly ConcurrentDictionary<string, Verdict[]>[] peeks =
        [.. Enum.GetValues<PeekUse>().Select(_ => new ConcurrentDictionary<string, Verdict[]>(StringComparer.Ordinal))];

    /// <summary>The caller.</summary>
    public Principal Principal { get; } = principal;

    /// <summary>What conditions can ask about the caller.</summary>
    public RequestContext Known { get; } = principal.Describe();

    /// <summary>What its policies say of an action on a resource.</summary>
    /// <param name="action">The action: <c>dynamodb:GetItem</c>.</param>
    /// <param name="demand">What the request needs.</param>
    /// <param name="resource">The resource's name.</param>
    /// <param name="facts">What is known of the resource; always the same for a resource.</param>
    public Verdict VerdictOf(string action, Demand demand, string resource, ResourceFacts facts)
    {
        (string, string, bool) key = (action, resource, demand.IsResourceUnknown);
        if (verdicts.TryGetValue(key, out Verdict? known))
        {
            return known;
        }

        Verdict verdict = Verdict.Of(Principal, facts.Over(Known), action, resource, facts.Policy, demand.IsResourceUnknown);
        if (action.Length + resource.Length > LongestKept)
        {
            return verdict;
        }

        if (verdicts.Count >= mostKept)
        {
            verdicts.Clear();
        }

        return verdicts[key] = verdict;
    }

    /// <summary>From now on such requests for a table or index may be answered from their bytes, as far as these verdicts go.</summary>
    /// <param name="use">The requests.</param>
    /// <param name="source">The table, or table and index with <c>/index/</c> between them.</param>
    /// <param name="all">What they need: all of it.</param>
    public void Teach(PeekUse use, string source, Verdict[] all)
    {
        ConcurrentDictionary<string, Verdict[]> known = peeks[(int)use];
        if (known.Count >= mostKept)
        {
            known.Clear();
        }

        known.TryAdd(source, all);
    }

    /// <summary>
    /// Whether a request may be answered from its bytes: where it is allowed whatever it says, or only its partition key decides and does
    /// so. False says nothing but that the request has to be decoded.
    /// </summary>
    /// <param name="use">The request.</param>
    /// <param name="source">The table, or table and index with <c>/index/</c> between them.</param>
    /// <param name="type">Type of the partition key; anything but <see cref="AttributeType.S"/> where that is not at hand.</param>
    /// <param name="key">The partition key of type S, as UTF-8.</param>
    public bool MayPeek(PeekUse use, string source, AttributeType type, ReadOnlySpan<byte> key)
    {
        if (!peeks[(int)use].TryGetValue(source, out Verdict[]? all))
        {
            return false;
        }

        foreach (Verdict verdict in all)
        {
            if (verdict.Outcome != Outcome.Always && !(verdict.IsByKey && type == AttributeType.S && verdict.AllowsKey(key)))
            {
                return false;
            }
        }

        return true;
    }
}
