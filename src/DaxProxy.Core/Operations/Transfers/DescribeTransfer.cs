using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations.Transfers;

/// <summary>DescribeExport and DescribeImport.</summary>
/// <param name="verb">What was asked.</param>
public sealed class DescribeTransfer(Verb verb) : Operation(verb)
{
    /// <summary>DescribeExport.</summary>
    public static Verb OfExport { get; } = new("DescribeExport") { IsControlPlane = true };

    /// <summary>DescribeImport.</summary>
    public static Verb OfImport { get; } = new("DescribeImport") { IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfArn(Arn);

    /// <summary>Which one.</summary>
    public required string Arn { get; init; }

    /// <summary>What errors call such a thing.</summary>
    public string Kind => Verb == OfExport ? "Export" : "Import";

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) =>
        Arn.StartsWith("arn:", StringComparison.Ordinal) && Arn.Contains($"/{Kind.ToLowerInvariant()}/", StringComparison.Ordinal)
            ? null
            : BackupFaults.InvalidArn(Kind);
}
