namespace DaxProxy.Core.Tables;

/// <summary>A tag of a table.</summary>
/// <param name="Key">1 to 128 characters, unique within the table.</param>
/// <param name="Value">Up to 256 characters.</param>
public sealed record Tag(string Key, string Value);
