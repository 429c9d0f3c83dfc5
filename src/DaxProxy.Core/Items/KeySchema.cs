namespace DaxProxy.Core.Items;

/// <summary>The primary key of a table: a partition key and perhaps a sort key, each a name and a type S, N or B.</summary>
public sealed record KeySchema(string HashName, AttributeType HashType, string? RangeName = null, AttributeType RangeType = AttributeType.S)
{
    /// <summary>Whether items have a sort key.</summary>
    public bool HasRange => RangeName is not null;

    /// <summary>Names of the key attributes, partition key first.</summary>
    public IReadOnlyList<string> Names { get; } = RangeName is null ? [HashName] : [HashName, RangeName];

    /// <summary>Whether another schema has the same attributes of the same types.</summary>
    public bool IsSame(KeySchema other) => ReferenceEquals(this, other)
        || (HashName == other.HashName && HashType == other.HashType && RangeName == other.RangeName
            && (RangeName is null || RangeType == other.RangeType));

    /// <summary>Whether the attribute is part of the key.</summary>
    public bool Contains(string attributeName) => attributeName == HashName || attributeName == RangeName;
}
