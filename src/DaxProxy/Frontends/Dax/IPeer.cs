using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Frontends.Dax;

/// <summary>Another node, which can be asked what the number of an attribute list means. Thread-safe.</summary>
internal interface IPeer
{
    /// <summary>Asks. Null where the node does not know, cannot be asked, or gives no answer in time; throws nothing.</summary>
    /// <param name="id">The number.</param>
    /// <param name="tooLate">The time is over.</param>
    /// <param name="notNeeded">The answer is no longer needed.</param>
    Task<AttributeNames?> AskAsync(int id, CancellationToken tooLate, CancellationToken notNeeded);
}
