using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Resource names of backups, as requests have them.</summary>
public static class BackupResource
{
    private const string Kind = "/backup/";

    /// <summary>Refuses what is no resource name of a backup.</summary>
    public static DynamoError? Check(string arn) =>
        arn.StartsWith("arn:", StringComparison.Ordinal) && arn.Contains(Kind, StringComparison.Ordinal)
            ? null
            : BackupFaults.InvalidArn("Backup");

    /// <summary>What tells a backup from others, <c>01700000000000-0123abcd</c>: such labels sort by the times of the backups.</summary>
    public static string LabelOf(string arn) => arn[(arn.LastIndexOf(Kind, StringComparison.Ordinal) + Kind.Length)..];
}
