using System.Collections;
using System.Text;

namespace DaxProxy.Core.Wire.Dax.Cbor;

/// <summary>An ordered list of attribute names, for which a number is written in front of an item's values.</summary>
/// <remarks>
/// Immutable and thread-safe; equal where the names are equal in their order. The order of the server's own lists is that of UTF-16 code
/// units, in which the JavaScript client sorts, so that both come to the same lists. Source: the item encoders of the public clients.
/// </remarks>
public sealed class AttributeNames : IReadOnlyList<string>, IEquatable<AttributeNames>
{
    /// <summary>The number of <see cref="Empty"/>, which clients know without asking.</summary>
    public const int EmptyId = 1;

    /// <summary>The smallest number to give to a list. One client takes 0 for no answer.</summary>
    public const int FirstId = 2;

    /// <summary>Most bytes that the names of one list may take in UTF-8: an item, of whose size they are a part, has no more.</summary>
    public const int MaxBytes = 400 * 1024;

    private readonly string[] names;
    private readonly int hash;

    /// <summary>The list of these names, which are kept and must not be changed afterwards.</summary>
    public AttributeNames(string[] names)
    {
        this.names = names;
        HashCode code = default;
        foreach (string name in names)
        {
            code.Add(name, StringComparer.Ordinal);
        }

        hash = code.ToHashCode();
    }

    /// <summary>The list without names: that of an item which is only its key.</summary>
    public static AttributeNames Empty { get; } = new([]);

    /// <summary>Whether the names take more than <see cref="MaxBytes"/>.</summary>
    public bool IsTooLong => names.Sum(name => (long)Encoding.UTF8.GetByteCount(name)) > MaxBytes;

    /// <inheritdoc/>
    public int Count => names.Length;

    /// <inheritdoc/>
    public string this[int index] => names[index];

    /// <inheritdoc/>
    public bool Equals(AttributeNames? other) => other is not null && hash == other.hash && names.AsSpan().SequenceEqual(other.names);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AttributeNames);

    /// <inheritdoc/>
    public override int GetHashCode() => hash;

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)names).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => names.GetEnumerator();
}
