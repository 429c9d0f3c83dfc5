using DaxProxy.Core.Policies;

namespace DaxProxy.Policies;

/// <summary>What the policies folder says of a user or a role.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record IdentityPolicies
{
    /// <summary>The longest session of a role that says nothing else. Source: IAM.</summary>
    public const int DefaultMaxSessionSeconds = 3600;

    /// <summary>What it may do.</summary>
    public required IReadOnlyList<Policy> Policies { get; init; }

    /// <summary>What must allow besides; null for nothing.</summary>
    public Policy? Boundary { get; init; }

    /// <summary>Its tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Who may take a role on; null for a user.</summary>
    public Policy? Trust { get; init; }

    /// <summary>The longest session of a role.</summary>
    public int MaxSessionSeconds { get; init; } = DefaultMaxSessionSeconds;
}
