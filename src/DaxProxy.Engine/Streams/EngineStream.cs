namespace DaxProxy.Engine.Streams;

/// <summary>A stream of the engine. Immutable; what changes about it is in its row alone.</summary>
/// <param name="Id">Its row in <c>streams</c>.</param>
/// <param name="TableId">The table whose changes it holds.</param>
/// <param name="Arn">Resource name.</param>
/// <param name="Label">What tells it from the table's other streams.</param>
/// <param name="ViewType">What its records show of a change.</param>
/// <param name="Slots">How many shards share the range of hashes.</param>
internal sealed record EngineStream(long Id, long TableId, string Arn, string Label, string ViewType, int Slots)
{
    public bool ShowsNewImage => ViewType is "NEW_IMAGE" or "NEW_AND_OLD_IMAGES";

    public bool ShowsOldImage => ViewType is "OLD_IMAGE" or "NEW_AND_OLD_IMAGES";

    /// <summary>The slot of an item: equal parts of the range of hashes, in their order.</summary>
    /// <param name="hash">The item's <c>hash</c> column.</param>
    public int SlotOf(long hash)
    {
        ulong unsigned = unchecked((ulong)hash) ^ 0x8000_0000_0000_0000;
        return (int)Math.BigMul(unsigned, (ulong)Slots, out _);
    }
}
