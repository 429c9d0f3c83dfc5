using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Asks where to send requests; the answer is wherever this one was sent.</summary>
public sealed class DescribeEndpoints() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(DescribeEndpoints)) { IsDecoded = true, IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => OperationResource.Account;

    /// <summary>Host and port by which the client reached us; the front end knows it.</summary>
    public string Address { get; set; } = "";

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
