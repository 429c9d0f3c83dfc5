namespace DaxProxy.Engine.Catalog;

/// <summary>A row of <c>time_to_live</c>: by which attribute the items of a table end.</summary>
/// <param name="Id">The row; a new one each time it is switched on.</param>
/// <param name="AttributeName">The attribute.</param>
internal sealed record TimeToLiveSetting(long Id, string AttributeName);
