namespace DaxProxy.Core.Operations.Transfers;

/// <summary>The items that an import or a bulk put reads.</summary>
/// <param name="Place">Where they are.</param>
/// <param name="Format">How they are written.</param>
/// <param name="Compression">How the objects are compressed.</param>
public sealed record TransferInput(BucketPlace Place, TransferFormat Format, TransferCompression Compression)
{
    /// <summary>What parts the values of a line of <see cref="TransferFormat.CSV"/>.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>
    /// Names of the values of a line of <see cref="TransferFormat.CSV"/>; null where the first line of each object has them.
    /// </summary>
    public IReadOnlyList<string>? Header { get; init; }
}
