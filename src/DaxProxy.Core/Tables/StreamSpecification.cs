namespace DaxProxy.Core.Tables;

/// <summary>Whether changes of a table's items are recorded, and what of them, as it travels.</summary>
/// <param name="StreamEnabled">Whether there is a stream.</param>
/// <param name="StreamViewType">
/// <c>KEYS_ONLY</c>, <c>NEW_IMAGE</c>, <c>OLD_IMAGE</c> or <c>NEW_AND_OLD_IMAGES</c>; null when absent.
/// </param>
public sealed record StreamSpecification(bool StreamEnabled, string? StreamViewType);
