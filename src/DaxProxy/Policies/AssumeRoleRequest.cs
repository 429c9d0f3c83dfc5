namespace DaxProxy.Policies;

/// <summary>What AssumeRole is asked for; nothing of it has been checked.</summary>
/// <param name="RoleArn">Resource name of the role.</param>
/// <param name="SessionName">What to call the session.</param>
/// <param name="Seconds">How long it is to last.</param>
/// <param name="Policy">Document of a policy that limits it; empty for none.</param>
/// <param name="Tags">Its tags.</param>
internal sealed record AssumeRoleRequest(
    string RoleArn, string SessionName, int Seconds, string Policy, IReadOnlyDictionary<string, string> Tags)
{
    /// <summary>How long a session lasts when nothing is said. Source: STS API reference.</summary>
    public const int DefaultSeconds = 3600;
}
