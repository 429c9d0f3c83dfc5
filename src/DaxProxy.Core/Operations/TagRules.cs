using System.Buffers;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Operations;

/// <summary>What tags may be, and what they may be put on.</summary>
public static class TagRules
{
    /// <summary>Most tags of one table.</summary>
    public const int MaxTags = 50;

    private static readonly SearchValues<char> Signs = SearchValues.Create(" +-=._:/@");

    /// <summary>Checks tags to be added.</summary>
    public static DynamoError? Check(IReadOnlyList<Tag> tags)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (Tag tag in tags)
        {
            if (tag.Key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            {
                return TagFaults.Reserved(tag.Key);
            }

            if (!IsText(tag.Key))
            {
                return TagFaults.InvalidKey(tag.Key);
            }

            if (!IsText(tag.Value))
            {
                return TagFaults.InvalidValue(tag.Value);
            }

            if (!seen.Add(tag.Key))
            {
                return TagFaults.Duplicate(tag.Key);
            }
        }

        return tags.Count > MaxTags ? TagFaults.TooMany : null;
    }

    /// <summary>Checks the name of the resource: only tables are tagged.</summary>
    public static DynamoError? CheckArn(string arn)
    {
        if (PolicyResource.Check(arn) is { } error)
        {
            return error;
        }

        PolicyResource resource = PolicyResource.Of(arn);
        return resource.StreamLabel.Length > 0 || resource.TableName.Length < TableNames.MinLength ? TagFaults.InvalidArn(arn) : null;
    }

    private static bool IsText(string text)
    {
        foreach (char c in text)
        {
            if (!char.IsLetterOrDigit(c) && !Signs.Contains(c))
            {
                return false;
            }
        }

        return true;
    }
}
