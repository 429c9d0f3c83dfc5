using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DaxProxy.Tests.Policies;

/// <summary>A statement as data: what it says in JSON, and by the plainest means what it means.</summary>
internal sealed record ReferenceStatement(
    bool Deny,
    bool NotAction,
    string[] Actions,
    bool NotResource,
    string[] Resources,
    string[]? Principals,
    (string Quantifier, string Operator, bool IfExists, string Key, string[] Values)[] Conditions)
{
    public object ToJson()
    {
        Dictionary<string, object> json = new()
        {
            ["Effect"] = Deny ? "Deny" : "Allow",
            [NotAction ? "NotAction" : "Action"] = Actions,
            [NotResource ? "NotResource" : "Resource"] = Resources,
        };
        if (Principals is not null)
        {
            json["Principal"] = new Dictionary<string, string[]> { ["AWS"] = Principals };
        }

        if (Conditions.Length > 0)
        {
            json["Condition"] = Conditions.GroupBy(
                condition => condition.Quantifier + condition.Operator + (condition.IfExists ? "IfExists" : ""))
                .ToDictionary(group => group.Key, group => group.ToDictionary(condition => condition.Key, condition => condition.Values));
        }

        return json;
    }

    public static string Document(IEnumerable<ReferenceStatement> statements) => JsonSerializer.Serialize(
        new Dictionary<string, object>
        {
            ["Version"] = "2012-10-17",
            ["Statement"] = statements.Select(statement => statement.ToJson()).ToArray(),
        });
}

/// <summary>
/// A second evaluator, written apart from the first and from the documentation of IAM: no preparation, no shortcuts, regular expressions.
/// </summary>
internal static class ReferenceEvaluator
{
    public static bool IsAllowed(
        ReferenceStatement[] identity,
        ReferenceStatement[]? resource,
        ReferenceStatement[]? boundary,
        ReferenceStatement[]? session,
        Dictionary<string, string[]> request,
        string action,
        string arn,
        string caller,
        string account)
    {
        bool Applies(ReferenceStatement statement) =>
            statement.Actions.Any(pattern => Like(pattern, action, RegexOptions.IgnoreCase)) != statement.NotAction
            && AppliesTo(statement, arn, request)
            && statement.Conditions.All(condition => Holds(condition, statement.Deny, request));

        bool named(ReferenceStatement statement) => statement.Principals!.Any(name => name == "*" || name == caller);
        bool ofAccount(ReferenceStatement statement) => statement.Principals!.Any(
            name => name == account || name == $"arn:aws:iam::{account}:root");
        ReferenceStatement[] all =
            [.. identity, .. boundary ?? [], .. session ?? [], .. (resource ?? []).Where(each => named(each) || ofAccount(each))];
        if (all.Any(statement => statement.Deny && Applies(statement)))
        {
            return false;
        }

        bool Allows(IEnumerable<ReferenceStatement> statements) => statements.Any(statement => !statement.Deny && Applies(statement));
        return (boundary is null || Allows(boundary))
            && (session is null || Allows(session))
            && (Allows(identity) || Allows((resource ?? []).Where(named)));
    }

    private static bool AppliesTo(ReferenceStatement statement, string arn, Dictionary<string, string[]> request)
    {
        string[] patterns = [.. statement.Resources.Select(text => Fill(text, request)).OfType<string>()];
        return patterns.Length == statement.Resources.Length && patterns.Any(pattern => ArnLike(pattern, arn)) != statement.NotResource;
    }

    private static bool Holds(
        (string Quantifier, string Operator, bool IfExists, string Key, string[] Values) condition, bool deny,
        Dictionary<string, string[]> request)
    {
        string[] values = [.. condition.Values.Select(text => Fill(text, request)).OfType<string>()];
        if (values.Length < condition.Values.Length)
        {
            return false;
        }

        string[] given = request.GetValueOrDefault(condition.Key, []);
        if (condition.Operator == "Null")
        {
            return values.Contains(given.Length == 0 ? "true" : "false");
        }

        bool negated = condition.Operator.Contains("Not", StringComparison.Ordinal);
        if (given.Length == 0)
        {
            return condition.IfExists || condition.Quantifier == "ForAllValues:" || (condition.Quantifier.Length == 0 && negated);
        }

        bool One(string value) => values.Any(
            pattern => Compare(condition.Operator.Replace("Not", "", StringComparison.Ordinal), value, pattern)) != negated;
        return condition.Quantifier == "ForAllValues:" || (condition.Quantifier.Length == 0 && !deny) ? given.All(One) : given.Any(One);
    }

    private static bool Compare(string comparison, string value, string pattern) => comparison switch
    {
        "StringEquals" => value == Plain(pattern),
        "StringLike" => Like(pattern, value, RegexOptions.None),
        "StringEqualsIgnoreCase" => string.Equals(value, Plain(pattern), StringComparison.OrdinalIgnoreCase),
        "NumericLessThan" => double.TryParse(value, CultureInfo.InvariantCulture, out double left)
            && left < double.Parse(pattern, CultureInfo.InvariantCulture),
        "Bool" => value == pattern,
        _ => throw new InvalidOperationException(comparison),
    };

    /// <summary>Variables of a text filled in; signs in what is filled in are marked, so that they stay text.</summary>
    private static string? Fill(string text, Dictionary<string, string[]> request)
    {
        bool isThere = true;
        string filled = Regex.Replace(text, @"\$\{([^}]*)\}", match =>
        {
            string[] parts = match.Groups[1].Value.Split(',', 2);
            string? value = match.Groups[1].Value is "*" or "?" or "$" ? match.Groups[1].Value
                : request.GetValueOrDefault(parts[0].Trim()) is [string only] ? only
                : parts.Length == 2 ? parts[1].Trim().Trim('\'')
                : null;
            isThere &= value is not null;
            return (value ?? "").Replace('*', '\u0001').Replace('?', '\u0002');
        });
        return isThere ? filled : null;
    }

    private static string Plain(string text) => text.Replace('\u0001', '*').Replace('\u0002', '?');

    private static bool Like(string pattern, string value, RegexOptions options) => Regex.IsMatch(
        value,
        "^" + string.Concat(pattern.Select(c => c switch
        {
            '*' => ".*",
            '?' => ".",
            _ => Regex.Escape(Plain(c.ToString())),
        })) + @"\z",
        options | RegexOptions.Singleline | RegexOptions.CultureInvariant);

    private static bool ArnLike(string pattern, string arn)
    {
        if (pattern == "*")
        {
            return true;
        }

        string[] wanted = pattern.Split(':', 6), given = arn.Split(':', 6);
        return given.Length == 6 && wanted.Zip(given).All(pair => Like(pair.First, pair.Second, RegexOptions.None));
    }
}
