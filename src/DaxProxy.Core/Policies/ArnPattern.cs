namespace DaxProxy.Core.Policies;

/// <summary>
/// Whether resource names match patterns: part by part between the first five colons, so that no star goes beyond its own; a pattern of
/// fewer parts stands for any rest. Pure functions. Source: "Resource" and "ARN condition operators" of the IAM user guide.
/// </summary>
internal static class ArnPattern
{
    /// <summary>
    /// Whether a resource name matches; <c>*</c> for a request that is about no single resource is matched by a star alone.
    /// </summary>
    public static bool Matches(string arn, Glob pattern)
    {
        if (pattern.IsEverything)
        {
            return true;
        }

        Glob[] parts = pattern.SplitArn();
        ReadOnlySpan<char> rest = arn;
        for (int index = 0; index < 6; index++)
        {
            int colon = index < 5 ? rest.IndexOf(':') : -1;
            if (index < 5 && colon < 0)
            {
                return false;
            }

            ReadOnlySpan<char> part = index < 5 ? rest[..colon] : rest;
            if (index < parts.Length && !parts[index].Matches(part))
            {
                return false;
            }

            rest = index < 5 ? rest[(colon + 1)..] : default;
        }

        return true;
    }
}
