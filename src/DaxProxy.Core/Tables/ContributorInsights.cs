namespace DaxProxy.Core.Tables;

/// <summary>What is reported of Contributor Insights for one table or index.</summary>
/// <param name="TableName">Name of the table.</param>
/// <param name="IndexName">Name of the index; null for the table itself.</param>
/// <param name="Status"><c>ENABLING</c>, <c>ENABLED</c>, <c>DISABLING</c> or <c>DISABLED</c>.</param>
/// <param name="Mode">Which keys it looks at; null while it is off.</param>
public sealed record ContributorInsights(string TableName, string? IndexName, string Status, string? Mode);
