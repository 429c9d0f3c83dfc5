using System.Collections.Frozen;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Partiql;

/// <summary>The names of types after IS, and which types of DynamoDB they mean.</summary>
/// <remarks>Source: the types of the PartiQL reference parser. What each means in DynamoDB is recorded for the plain ones only.</remarks>
internal static class TypeNames
{
    private static readonly FrozenDictionary<string, AttributeType[]> Meanings = new Dictionary<string, AttributeType[]>
    {
        ["missing"] = [],
        ["null"] = [AttributeType.NULL],
        ["bool"] = [AttributeType.BOOL],
        ["boolean"] = [AttributeType.BOOL],
        ["string"] = [AttributeType.S],
        ["symbol"] = [AttributeType.S],
        ["char"] = [AttributeType.S],
        ["character"] = [AttributeType.S],
        ["character varying"] = [AttributeType.S],
        ["varchar"] = [AttributeType.S],
        ["smallint"] = [AttributeType.N],
        ["int"] = [AttributeType.N],
        ["int4"] = [AttributeType.N],
        ["int8"] = [AttributeType.N],
        ["integer"] = [AttributeType.N],
        ["float"] = [AttributeType.N],
        ["real"] = [AttributeType.N],
        ["double precision"] = [AttributeType.N],
        ["decimal"] = [AttributeType.N],
        ["numeric"] = [AttributeType.N],
        ["blob"] = [AttributeType.B],
        ["clob"] = [AttributeType.B],
        ["list"] = [AttributeType.L],
        ["struct"] = [AttributeType.M],
        ["tuple"] = [AttributeType.M],
        ["bag"] = [AttributeType.SS, AttributeType.NS, AttributeType.BS],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether this, in lower case, names a type.</summary>
    public static bool Contains(string name) => Meanings.ContainsKey(name);

    /// <summary>The word that may follow the first word of a name; null for none.</summary>
    public static string? SecondWordOf(string first) => first switch
    {
        "character" => "varying",
        "double" => "precision",
        _ => null,
    };

    /// <summary>The types a value of this name may have; none for <c>missing</c>.</summary>
    public static IReadOnlyList<AttributeType> MeaningOf(string name) => Meanings[name];
}
