using System.Collections.Frozen;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Dax.Reading;

/// <summary>
/// A method of the DAX protocol: the number it is called by, and how many arguments follow, which alone tells where a request ends.
/// </summary>
/// <remarks>Source: the constants and encoders of the public DAX clients. Methods that no client sends are not known.</remarks>
/// <param name="Id">The number on the wire.</param>
/// <param name="Name">The protocol's name, which for items is DynamoDB's.</param>
/// <param name="Arguments">CBOR data items behind the number.</param>
public sealed record DaxMethod(int Id, string Name, int Arguments)
{
    /// <summary>Says who calls; has no answer.</summary>
    public static DaxMethod AuthorizeConnection { get; } = new(1489122155, nameof(AuthorizeConnection), 5);

    /// <summary>Asks for the nodes of the cluster.</summary>
    public static DaxMethod Endpoints { get; } = new(455855874, nameof(Endpoints), 0);

    /// <summary>Asks for the key of a table.</summary>
    public static DaxMethod DefineKeySchema { get; } = new(-742646399, nameof(DefineKeySchema), 1);

    /// <summary>Asks for the number of a list of attribute names.</summary>
    public static DaxMethod DefineAttributeListId { get; } = new(-1230579644, nameof(DefineAttributeListId), 1);

    /// <summary>Asks for the names behind a number.</summary>
    public static DaxMethod DefineAttributeList { get; } = new(670678385, nameof(DefineAttributeList), 1);

    /// <summary>GetItem: table, key, options.</summary>
    public static DaxMethod GetItem { get; } = Of(263244906, Operations.GetItem.Definition, 3);

    /// <summary>PutItem: table, key, values, options.</summary>
    public static DaxMethod PutItem { get; } = Of(-2106490455, Operations.PutItem.Definition, 4);

    /// <summary>UpdateItem: table, key, options.</summary>
    public static DaxMethod UpdateItem { get; } = Of(1425579023, Operations.UpdateItem.Definition, 3);

    /// <summary>DeleteItem: table, key, options.</summary>
    public static DaxMethod DeleteItem { get; } = Of(1013539361, Operations.DeleteItem.Definition, 3);

    /// <summary>Query: table, key condition, options.</summary>
    public static DaxMethod Query { get; } = Of(-931250863, Operations.Query.Definition, 3);

    /// <summary>Scan: table, options.</summary>
    public static DaxMethod Scan { get; } = Of(-1875390620, Operations.Scan.Definition, 2);

    /// <summary>BatchGetItem: keys by table, options.</summary>
    public static DaxMethod BatchGetItem { get; } = Of(-697851100, Operations.BatchGetItem.Definition, 2);

    /// <summary>BatchWriteItem: writes by table, options.</summary>
    public static DaxMethod BatchWriteItem { get; } = Of(116217951, Operations.BatchWriteItem.Definition, 2);

    /// <summary>TransactGetItems: tables, keys, projections, options.</summary>
    public static DaxMethod TransactGetItems { get; } = Of(1866287579, Operations.TransactGetItems.Definition, 4);

    /// <summary>TransactWriteItems: eight arrays side by side, options.</summary>
    public static DaxMethod TransactWriteItems { get; } = Of(-1160037738, Operations.TransactWriteItems.Definition, 9);

    /// <summary>Every method.</summary>
    public static IReadOnlyList<DaxMethod> All { get; } =
    [
        AuthorizeConnection, Endpoints, DefineKeySchema, DefineAttributeListId, DefineAttributeList,
        GetItem, PutItem, UpdateItem, DeleteItem, Query, Scan, BatchGetItem, BatchWriteItem, TransactGetItems, TransactWriteItems,
    ];

    private static FrozenDictionary<long, DaxMethod> ById { get; } = All.ToFrozenDictionary(method => (long)method.Id);

    /// <summary>Whether it reads or writes items: one that becomes an operation.</summary>
    public bool IsDataOperation => Verb is not null;

    /// <summary>The verb that it is called for; null for a method of the protocol's own.</summary>
    public Verb? Verb { get; private init; }

    /// <summary>The method of this number; null where there is none.</summary>
    public static DaxMethod? Find(long id) => ById.GetValueOrDefault(id);

    private static DaxMethod Of(int id, Verb verb, int arguments) => new(id, verb.Name, arguments) { Verb = verb };
}
