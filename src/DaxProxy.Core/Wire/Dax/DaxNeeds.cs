using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Wire.Dax;

/// <summary>What must be known to read a request: the tables whose items it names, and the attribute lists its items were written with.</summary>
/// <remarks>Both may take time to find out, which decoding does not wait for: so they are collected first.</remarks>
public sealed class DaxNeeds
{
    /// <summary>Names of tables, each once, in the order of the request.</summary>
    public required IReadOnlyList<string> Tables { get; init; }

    /// <summary>Numbers of attribute lists, each once; <see cref="AttributeNames.EmptyId"/> is never among them.</summary>
    public required IReadOnlyList<int> AttributeLists { get; init; }

    /// <summary>Collects the needs of a data operation.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="frame">The whole request.</param>
    /// <param name="needs">What it needs; null exactly when an error is returned.</param>
    public static DynamoError? TryFind(DaxMethod method, ReadOnlySpan<byte> frame, out DaxNeeds? needs) =>
        throw new NotImplementedException();
}
