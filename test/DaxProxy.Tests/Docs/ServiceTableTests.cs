using System.Text.RegularExpressions;
using DaxProxy.Services.Model;
using NUnit.Framework;

namespace DaxProxy.Tests.Docs;

/// <summary>
/// The table of the services beside DynamoDB in docs/compatibility.md, held against their models and against what is answered.
/// </summary>
public sealed partial class ServiceTableTests
{
    private static IEnumerable<TestCaseData> Services =>
    [
        new TestCaseData("Application Auto Scaling", nameof(ServiceModel.AutoScaling)),
        new TestCaseData("CloudWatch", nameof(ServiceModel.CloudWatch)),
        new TestCaseData("DAX", nameof(ServiceModel.Dax)),
    ];

    [TestCaseSource(nameof(Services))]
    public void Table_ItsOperations_AreThoseThatAreAnsweredAndThoseThatAreNot(string service, string model)
    {
        ServiceModel known = model switch
        {
            nameof(ServiceModel.AutoScaling) => ServiceModel.AutoScaling,
            nameof(ServiceModel.CloudWatch) => ServiceModel.CloudWatch,
            _ => ServiceModel.Dax,
        };
        string[] cells = File.ReadLines(Path.Combine(Repository.Root, "docs", "compatibility.md"))
            .Single(line => line.StartsWith($"| {service} (", StringComparison.Ordinal)).Split('|');
        Assert.That(Operations(cells[2]), Is.EquivalentTo(Names(isAnswered: true)));
        Assert.That(Operations(cells[3]), Is.EquivalentTo(Names(isAnswered: false)));

        IEnumerable<string> Names(bool isAnswered) =>
            known.Operations.Where(operation => operation.Value is not null == isAnswered).Select(operation => operation.Key);
    }

    private static IEnumerable<string> Operations(string cell) => Word().Matches(cell).Select(match => match.Value);

    [GeneratedRegex("[A-Z][A-Za-z]+")]
    private static partial Regex Word();
}
