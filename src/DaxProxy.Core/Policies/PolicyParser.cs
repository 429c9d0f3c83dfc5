using System.Text.Json;

namespace DaxProxy.Core.Policies;

/// <summary>Reads policies, and says of each fault where it is and what to write in its place.</summary>
/// <remarks>
/// For one policy. Stricter than IAM in one thing: a condition key that no request has here is a fault, as such a condition would seem to
/// protect and would not. Source: "Grammar of the IAM JSON policy language" of the IAM user guide.
/// </remarks>
public sealed class PolicyParser
{
    private const string VersionWithVariables = "2012-10-17";

    private static readonly string[] DocumentMembers = ["Version", "Id", "Statement"];

    private static readonly string[] StatementMembers =
    [
        "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
    ];

    private readonly string name;
    private readonly PolicyKind kind;
    private readonly List<PolicyFault> faults;
    private bool hasVariables;

    private PolicyParser(string name, PolicyKind kind, List<PolicyFault> faults)
    {
        this.name = name;
        this.kind = kind;
        this.faults = faults;
    }

    /// <summary>Reads a policy that is a document of its own. Null exactly when there are faults.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="kind">What it belongs to.</param>
    /// <param name="faults">What is wrong.</param>
    public static Policy? TryParse(ReadOnlySpan<byte> utf8, string name, PolicyKind kind, out IReadOnlyList<PolicyFault> faults)
    {
        if (PolicyNode.TryRead(utf8, out PolicyFault? fault) is not { } document)
        {
            faults = [fault!];
            return null;
        }

        return TryParse(document, name, kind, out faults);
    }

    /// <summary>Reads a policy that may be part of a document. Null exactly when there are faults.</summary>
    /// <param name="document">The policy.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="kind">What it belongs to.</param>
    /// <param name="faults">What is wrong.</param>
    public static Policy? TryParse(PolicyNode document, string name, PolicyKind kind, out IReadOnlyList<PolicyFault> faults)
    {
        List<PolicyFault> found = [];
        Policy policy = new PolicyParser(name, kind, found).Read(document);
        faults = found;
        return found.Count == 0 ? policy : null;
    }

    private Policy Read(PolicyNode document)
    {
        if (!document.IsObject)
        {
            Fault(document, "a policy is an object, write one with Version and Statement");
            return new Policy([]);
        }

        CheckMembers(document, DocumentMembers);
        string version = document["Version"]?.Text ?? "2008-10-17";
        hasVariables = version == VersionWithVariables;
        if (version is not (VersionWithVariables or "2008-10-17"))
        {
            Fault(document["Version"]!, $"there is no Version {version}, write {VersionWithVariables}");
        }

        PolicyNode? all = document["Statement"];
        IReadOnlyList<PolicyNode> statements = all is null ? [] : all.IsArray ? all.Elements : [all];
        if (statements.Count == 0)
        {
            Fault(document, "there is no Statement, write at least one");
        }

        return new Policy([.. statements.Select(ReadStatement)]);
    }

    private PolicyStatement ReadStatement(PolicyNode node, int index)
    {
        if (!node.IsObject)
        {
            Fault(node, "a statement is an object, write one with Effect, Action and Resource");
        }

        CheckMembers(node, StatementMembers);
        string? effect = node["Effect"]?.Text;
        if (effect is not ("Allow" or "Deny"))
        {
            Fault(node["Effect"] ?? node, "Effect is Allow or Deny");
        }

        (IReadOnlyList<PolicyNode> actions, bool isNotAction) = Either(node, "Action");
        (IReadOnlyList<PolicyNode> resources, bool isNotResource) = kind == PolicyKind.Trust ? ([], true) : Either(node, "Resource");
        return new PolicyStatement
        {
            Name = $"{name}#{node["Sid"]?.Text ?? (index + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)}",
            IsDenying = effect == "Deny",
            Actions = [.. actions.Select(ReadAction)],
            IsNotAction = isNotAction,
            Resources = [.. resources.Select(ReadResource).OfType<Pattern>()],
            IsNotResource = isNotResource,
            Principals = ReadPrincipals(node),
            Conditions = [.. ReadConditions(node["Condition"])],
        };
    }

    /// <summary>A member or its negation; a statement has exactly one of the two.</summary>
    private (IReadOnlyList<PolicyNode> Values, bool IsNot) Either(PolicyNode statement, string member)
    {
        PolicyNode? plain = statement[member], negated = statement["Not" + member];
        if (plain is null == negated is null)
        {
            Fault(statement, $"a statement has either {member} or Not{member}, write one of them");
        }

        PolicyNode? node = plain ?? negated;
        IReadOnlyList<PolicyNode> values = node is null ? [] : node.IsArray ? node.Elements : [node];
        if (node is not null && values.Count == 0)
        {
            Fault(node, $"{member} names nothing, name at least one");
        }

        return (values, negated is not null);
    }

    private Glob ReadAction(PolicyNode node)
    {
        string text = TextOf(node, "an action");
        int colon = text.IndexOf(':');
        if (text != "*" && (colon < 1 || text.IndexOf(':', colon + 1) >= 0 || colon == text.Length - 1))
        {
            Fault(node, $"'{text}' is no action, write one such as dynamodb:GetItem, or *");
        }

        return Glob.Of(text);
    }

    private Pattern? ReadResource(PolicyNode node)
    {
        string text = TextOf(node, "a resource");
        if (text != "*" && !text.StartsWith("arn:", StringComparison.Ordinal))
        {
            Fault(node, $"'{text}' is no resource, write one such as arn:aws:dynamodb:us-east-1:000000000000:table/orders, or *");
        }

        return ReadPattern(node, text);
    }

    private Pattern? ReadPattern(PolicyNode node, string text)
    {
        Pattern? pattern = Pattern.TryParse(text, hasVariables);
        if (pattern is null)
        {
            Fault(node, $"'{text}' has a variable without end, name or quoted default, write one such as ${{aws:username}}");
        }
        else if (pattern.Variables.FirstOrDefault(key => !ConditionKeys.Exists(key)) is { } unknown)
        {
            Fault(node, $"no request here has a variable {unknown}, use another one; docs/security.md lists them");
        }

        return pattern;
    }

    private PrincipalPattern? ReadPrincipals(PolicyNode statement)
    {
        PolicyNode? plain = statement["Principal"], negated = statement["NotPrincipal"], node = plain ?? negated;
        bool isWanted = kind is PolicyKind.Resource or PolicyKind.Trust;
        if (isWanted == (plain is null == negated is null) || (!isWanted && node is not null))
        {
            Fault(node ?? statement, isWanted
                ? "a statement has either Principal or NotPrincipal here, write one of them"
                : "a policy of an identity is about that identity, so leave Principal out");
            return null;
        }

        if (!isWanted)
        {
            return null;
        }

        List<PolicyNode> names = [];
        if (node!.IsObject)
        {
            foreach ((string type, PolicyNode value) in node.Members)
            {
                if (type == "AWS")
                {
                    names.AddRange(value.IsArray ? value.Elements : [value]);
                }
                else if (type is not ("Service" or "Federated" or "CanonicalUser"))
                {
                    Fault(value, $"there are no principals of the kind {type}, write AWS");
                }
            }
        }
        else
        {
            names.Add(node);
        }

        return new PrincipalPattern([.. names.Select(value => TextOf(value, "a principal"))], negated is not null);
    }

    private IEnumerable<Condition> ReadConditions(PolicyNode? node)
    {
        if (node is not null && !node.IsObject)
        {
            Fault(node, "Condition is an object, write one with an operator, in it a key, and its values");
        }

        foreach ((string operatorText, PolicyNode keys) in node?.Members ?? [])
        {
            string text = operatorText;
            Quantifier quantifier = Take(ref text, "ForAllValues:") ? Quantifier.ForAllValues
                : Take(ref text, "ForAnyValue:") ? Quantifier.ForAnyValue
                : Quantifier.None;
            bool ifExists = text.EndsWith("IfExists", StringComparison.Ordinal);
            text = ifExists ? text[..^"IfExists".Length] : text;
            if (!ConditionOperator.ByName.TryGetValue(text, out ConditionOperator? comparison)
                || (comparison.IsNull && (ifExists || quantifier != Quantifier.None)))
            {
                Fault(keys, $"there is no operator {operatorText}, write one such as StringEquals or ForAllValues:StringLike");
                continue;
            }

            if (!keys.IsObject || keys.Members.Count == 0)
            {
                Fault(keys, $"{operatorText} has no keys, write an object with at least one");
            }

            foreach ((string key, PolicyNode values) in keys.Members)
            {
                if (!ConditionKeys.Exists(key))
                {
                    Fault(values, $"no request here has a key {key}, so the condition would not be enforced; "
                        + "use another key or leave it out; docs/security.md lists them");
                }

                yield return new Condition(comparison, quantifier, ifExists, key, [.. ReadValues(comparison, values)]);
            }
        }
    }

    private IEnumerable<Pattern> ReadValues(ConditionOperator comparison, PolicyNode node)
    {
        IReadOnlyList<PolicyNode> values = node.IsArray ? node.Elements : [node];
        if (values.Count == 0)
        {
            Fault(node, "a condition without values, write at least one");
        }

        foreach (PolicyNode value in values)
        {
            string text = value.Kind is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False
                ? value.Text
                : TextOf(value, "a value of a condition");
            if (ReadPattern(value, text) is { } pattern)
            {
                if (pattern.IsPlain && !comparison.Accepts(text))
                {
                    Fault(value, $"'{text}' is no value for {comparison.Name}, write one of its kind");
                }

                yield return pattern;
            }
        }
    }

    private string TextOf(PolicyNode node, string what)
    {
        if (node.Kind != JsonTokenType.String)
        {
            Fault(node, $"{what} is a string, write one");
        }

        return node.Text;
    }

    private void CheckMembers(PolicyNode node, string[] known)
    {
        foreach ((string member, PolicyNode value) in node.Members)
        {
            if (!known.Contains(member))
            {
                Fault(value, $"there is no member {member}, write one of {string.Join(", ", known)}");
            }
        }
    }

    private void Fault(PolicyNode node, string reason) => faults.Add(new PolicyFault(node.Line, reason));

    private static bool Take(ref string text, string prefix)
    {
        bool isThere = text.StartsWith(prefix, StringComparison.Ordinal);
        text = isThere ? text[prefix.Length..] : text;
        return isThere;
    }
}
