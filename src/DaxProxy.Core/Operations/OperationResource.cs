namespace DaxProxy.Core.Operations;

/// <summary>What a request is about, as policies name resources.</summary>
/// <remarks>Immutable. The set of kinds is closed.</remarks>
public abstract record OperationResource
{
    private OperationResource()
    {
    }

    /// <summary>No resource: the request is about the account.</summary>
    public static OperationResource Account { get; } = new OfAccount();

    /// <summary>A table, or one of its indexes.</summary>
    /// <param name="NameOrArn">Name or ARN of the table.</param>
    /// <param name="IndexName">Name of the index; null for the table itself.</param>
    public sealed record OfTable(string NameOrArn, string? IndexName = null) : OperationResource;

    /// <summary>A global table, which is of no region.</summary>
    /// <param name="Name">Its name.</param>
    public sealed record OfGlobalTable(string Name) : OperationResource;

    /// <summary>A table or a part of one, a stream, a backup: what the request names by its ARN.</summary>
    /// <param name="Arn">The ARN as it was sent.</param>
    public sealed record OfArn(string Arn) : OperationResource;

    /// <summary>The account.</summary>
    public sealed record OfAccount : OperationResource;
}
