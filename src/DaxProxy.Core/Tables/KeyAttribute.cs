using DaxProxy.Core.Items;

namespace DaxProxy.Core.Tables;

/// <summary>One attribute of a key.</summary>
/// <param name="Name">Name of the attribute.</param>
/// <param name="Type">S, N or B.</param>
public sealed record KeyAttribute(string Name, AttributeType Type);
