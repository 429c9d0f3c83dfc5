using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Engine.Buckets;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Transfers;

/// <summary>What an <see cref="ItemLoader"/> reads, and where it goes.</summary>
internal sealed record LoadPlan
{
    /// <summary>What it is a part of; its state is kept up to date.</summary>
    public required TransferRun Run { get; init; }

    /// <summary>How the objects are written.</summary>
    public required TransferInput Input { get; init; }

    /// <summary>The objects.</summary>
    public required IReadOnlyList<BucketObject> Objects { get; init; }

    /// <summary>The definition of the table, for formats that need it.</summary>
    public CreateTable? Definition { get; init; }

    /// <summary>The table as it is now; null when it is gone.</summary>
    public required Func<EngineTable?> Table { get; init; }

    /// <summary>Puts an item within a change.</summary>
    public required Func<ItemRows, LoadedItem, WriteEffect> Put { get; init; }

    /// <summary>Told of each item that was not put.</summary>
    public required Action<RejectedItem> Rejected { get; init; }

    /// <summary>Most write units a second; null for as many as there can be.</summary>
    public long? MaxUnitsPerSecond { get; init; }
}
