using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations.Streams;

/// <summary>One change of one item, as a stream shows it.</summary>
public sealed record ChangeRecord
{
    /// <summary>32 hexadecimal digits; the same whenever the record is read.</summary>
    public required string EventId { get; init; }

    /// <summary><c>INSERT</c>, <c>MODIFY</c> or <c>REMOVE</c>.</summary>
    public required string EventName { get; init; }

    /// <summary>Region that the stream's resource name shows.</summary>
    public required string Region { get; init; }

    /// <summary>Grows from change to change; 21 to 40 digits.</summary>
    public required string SequenceNumber { get; init; }

    /// <summary>When the change was made, to the second.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The stream's view type.</summary>
    public required string StreamViewType { get; init; }

    /// <summary>The item's key attributes.</summary>
    public required Item Keys { get; init; }

    /// <summary>The item after the change; null where the view shows none, or there is none.</summary>
    public Item? NewImage { get; init; }

    /// <summary>The item before the change; null where the view shows none, or there was none.</summary>
    public Item? OldImage { get; init; }

    /// <summary>Whether the item was removed because its time to live had ended, not by a request.</summary>
    public bool IsExpiration { get; init; }

    /// <summary>Bytes of the keys and of the images shown, as DynamoDB counts them.</summary>
    public int SizeBytes => Keys.SizeBytes + (NewImage?.SizeBytes ?? 0) + (OldImage?.SizeBytes ?? 0);
}
