using System.Collections.Frozen;
using DaxProxy.Core.Operations;

namespace DaxProxy.Engine;

/// <summary>Which operations of the API the bundled engine does not have in full.</summary>
/// <remarks>docs/compatibility.md says the same, and a test holds the one against the other, and both against what is answered.</remarks>
internal static class OperationSupport
{
    private static readonly FrozenSet<string> Stored = FrozenSet.Create(
        StringComparer.Ordinal,
        nameof(UpdateContinuousBackups),
        nameof(DescribeContinuousBackups),
        nameof(UpdateContributorInsights),
        nameof(DescribeContributorInsights),
        nameof(ListContributorInsights),
        nameof(PutResourcePolicy),
        nameof(GetResourcePolicy),
        nameof(DeleteResourcePolicy));

    /// <summary>The level of an operation of the API.</summary>
    public static SupportLevel Of(string operation) =>
        AbsentFeatureHandler.Refuses(operation) ? SupportLevel.Refused
        : Stored.Contains(operation) ? SupportLevel.Stored
        : SupportLevel.Full;
}
