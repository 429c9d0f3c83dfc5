namespace DaxProxy.Policies;

/// <summary>A line of the audit log. Nothing in it is a key or a value of an item.</summary>
/// <param name="Time">When.</param>
/// <param name="Caller">Resource name of who, or the subject of an operator's certificate; null where that is not known.</param>
/// <param name="Origin">Where it came from.</param>
/// <param name="Action">What: <c>dynamodb:GetItem</c>.</param>
/// <param name="Resource">Resource name of what it was about.</param>
/// <param name="IsAllowed">Whether it was allowed.</param>
/// <param name="Statement">The statement that refused it; null where none allowed it, or nothing refused.</param>
/// <param name="Reason">What a refusal said; null for none.</param>
internal sealed record AuditRecord(
    DateTimeOffset Time,
    string? Caller,
    RequestOrigin Origin,
    string Action,
    string Resource,
    bool IsAllowed,
    string? Statement,
    string? Reason)
{
    /// <summary>Id of the access key that a request names and has not proved to hold; null where it names none.</summary>
    public string? AccessKeyId { get; init; }
}
