using System.Text;

namespace DaxProxy.Core.Policies;

/// <summary>A policy: statements, each of which allows or denies something.</summary>
/// <remarks>Immutable and thread-safe. Source: "IAM JSON policy elements reference" of the IAM user guide.</remarks>
/// <param name="statements">The statements.</param>
public sealed class Policy(IReadOnlyList<PolicyStatement> statements)
{
    private const string ReadActions =
        """
        "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:ConditionCheckItem",
        "dynamodb:PartiQLSelect", "dynamodb:SearchVectors", "dynamodb:Describe*", "dynamodb:List*", "dynamodb:GetRecords",
        "dynamodb:GetShardIterator", "dynamodb:GetResourcePolicy", "dax:GetItem", "dax:BatchGetItem", "dax:Query", "dax:Scan",
        "dax:ConditionCheckItem", "dax:Describe*", "dax:ListTags", "cloudwatch:Get*", "cloudwatch:List*", "cloudwatch:Describe*",
        "application-autoscaling:Describe*", "application-autoscaling:List*", "application-autoscaling:Get*"
        """;

    /// <summary>The policies that are here without a file, by the word that stands for each.</summary>
    public static IReadOnlyDictionary<string, Policy> BuiltIn { get; } = new Dictionary<string, Policy>(StringComparer.Ordinal)
    {
        ["Full"] = BuiltInOf("Full", """ "dynamodb:*", "dax:*", "sts:*", "cloudwatch:*", "application-autoscaling:*" """),
        ["ReadOnly"] = BuiltInOf("ReadOnly", ReadActions),
    };

    /// <summary>The statements in the order written.</summary>
    public IReadOnlyList<PolicyStatement> Statements { get; } = statements;

    /// <summary>Whether a trust policy lets a caller in, be it only because its account is.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="action">The action: <c>sts:AssumeRole</c>.</param>
    /// <param name="request">What the request is.</param>
    public bool LetsIn(Principal caller, string action, RequestContext request) => Statements.Any(statement => !statement.IsDenying
        && statement.IsAbout(action)
        && statement.Principals!.Match(caller) != PrincipalMatch.None
        && statement.Conditions.All(condition => condition.Holds(request, isDenying: false) == true));

    private static Policy BuiltInOf(string name, string actions) => PolicyParser.TryParse(
        Encoding.UTF8.GetBytes(
            $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[{{actions}}],"Resource":"*"}]}"""),
        name,
        PolicyKind.Identity,
        out _)!;
}
