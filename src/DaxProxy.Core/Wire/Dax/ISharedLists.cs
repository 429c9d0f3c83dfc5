using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Core.Wire.Dax;

/// <summary>
/// Where the nodes of a group agree on what the numbers of attribute lists mean. What was agreed on is never changed. Thread-safe; nothing
/// throws, and nothing waits for long.
/// </summary>
public interface ISharedLists
{
    /// <summary>
    /// Gives a number to a list, unless another one has it. Returns the list that has it now; null where that is not known.
    /// </summary>
    ValueTask<AttributeNames?> ClaimAsync(int id, AttributeNames names);

    /// <summary>The list of a number; null where there is none, or that is not known.</summary>
    ValueTask<AttributeNames?> FindAsync(int id);
}
