namespace DaxProxy.Capacity;

/// <summary>An item that a request reads or writes.</summary>
/// <param name="Key">Which one: the same number for the same item.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="Bytes">Its size as DynamoDB counts it; 0 where there is none.</param>
internal readonly record struct CapacityItem(ulong Key, ulong Partition, int Bytes);
