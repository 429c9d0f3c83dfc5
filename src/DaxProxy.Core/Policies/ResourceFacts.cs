using System.Text;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Policies;

/// <summary>What is known of a resource beside its name: its own policy and its tags.</summary>
/// <param name="Policy">Its policy; null for none.</param>
/// <param name="Tags">Its tags.</param>
/// <remarks>Immutable.</remarks>
public sealed record ResourceFacts(Policy? Policy, IReadOnlyList<Tag> Tags)
{
    /// <summary>
    /// In the place of a policy that is stored and cannot be read: nothing is allowed but to look at it and to replace it.
    /// </summary>
    public static Policy Unreadable { get; } = PolicyParser.TryParse(
        Encoding.UTF8.GetBytes(
            """
            {"Version":"2012-10-17","Statement":{"Sid":"unreadable","Effect":"Deny","Principal":"*","NotAction":["dynamodb:*ResourcePolicy",
            "dynamodb:DeleteTable","dynamodb:DescribeTable"],"Resource":"*"}}
            """),
        "resource policy",
        PolicyKind.Resource,
        out _)!;

    /// <summary>A resource without either.</summary>
    public static ResourceFacts None { get; } = new(null, []);

    /// <summary>What conditions can ask about the resource, over what they can ask besides.</summary>
    public RequestContext Over(RequestContext beneath)
    {
        if (Tags.Count == 0)
        {
            return beneath;
        }

        RequestContext request = new(beneath);
        foreach (Tag tag in Tags)
        {
            request.Add(ConditionKeys.ResourceTag + tag.Key, tag.Value);
        }

        return request;
    }
}
