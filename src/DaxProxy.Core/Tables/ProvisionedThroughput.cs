namespace DaxProxy.Core.Tables;

/// <summary>Capacity units a second a table or index is provisioned with; zeros when it is billed per request.</summary>
/// <param name="ReadCapacityUnits">Reads.</param>
/// <param name="WriteCapacityUnits">Writes.</param>
public sealed record ProvisionedThroughput(long ReadCapacityUnits, long WriteCapacityUnits);
