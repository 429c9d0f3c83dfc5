using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Core.Wire.Dax;

/// <summary>The numbers of attribute lists: what clients keep for ever once they have heard it.</summary>
/// <remarks>
/// A contract with every client that ever asked: a number means one list for good, across restarts and on all nodes of a cluster. So a
/// number is stored before any client is given it, and none is used twice. There may be as many as there are lists, but in memory only as
/// many as fit. Numbers are <see cref="AttributeNames.FirstId"/> or more. Thread-safe.
/// </remarks>
public interface IAttributeLists
{
    /// <summary>The number of a list that is not empty, given now if it has none.</summary>
    ValueTask<int> IdOfAsync(AttributeNames names, CancellationToken cancellationToken);

    /// <summary>The list of a number; null if the number was never given.</summary>
    ValueTask<AttributeNames?> FindAsync(int id, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps what another node says that a number means. False, with nothing kept, where the number stands for another list here, or is
    /// none that such a list would be given.
    /// </summary>
    ValueTask<bool> TryKeepAsync(int id, AttributeNames names, CancellationToken cancellationToken);
}
