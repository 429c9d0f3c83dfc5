using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>What a resource policy belongs to: a table, or one of its streams.</summary>
/// <param name="TableName">Name of the table.</param>
/// <param name="StreamLabel">Label of the stream; empty for the table itself.</param>
public readonly record struct PolicyResource(string TableName, string StreamLabel)
{
    private const string TablePart = ":table/";
    private const string StreamPart = "/stream/";

    /// <summary>Checks a resource name's form.</summary>
    public static DynamoError? Check(string arn)
    {
        if (!arn.StartsWith("arn:", StringComparison.Ordinal))
        {
            return TagFaults.NotAnArn(arn);
        }

        if (!arn.Contains(":dynamodb:", StringComparison.Ordinal) || !arn.Contains(TablePart, StringComparison.Ordinal))
        {
            return ResourcePolicyFaults.NotOurs(arn);
        }

        PolicyResource resource = Of(arn);
        return resource.TableName.Length == 0 || resource.TableName.Contains('/', StringComparison.Ordinal)
            ? ResourcePolicyFaults.NeitherTableNorStream(arn)
            : null;
    }

    /// <summary>What a resource name of the right form names.</summary>
    public static PolicyResource Of(string arn)
    {
        string name = arn[(arn.IndexOf(TablePart, StringComparison.Ordinal) + TablePart.Length)..];
        int stream = name.IndexOf(StreamPart, StringComparison.Ordinal);
        return stream < 0 ? new PolicyResource(name, "") : new PolicyResource(name[..stream], name[(stream + StreamPart.Length)..]);
    }
}
