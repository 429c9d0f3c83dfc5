namespace DaxProxy.Engine.Catalog;

/// <summary>What a table is going through for a while: at AWS such changes take time, here as long as the options say.</summary>
/// <param name="Status">The status meanwhile.</param>
/// <param name="Until">When it is over.</param>
internal sealed record TableTransition(string Status, DateTimeOffset Until)
{
    /// <summary>Nothing.</summary>
    public static TableTransition None { get; } = new("ACTIVE", DateTimeOffset.MinValue);

    /// <summary>Being made, for as long as it takes to bring its items: by a restore or an import.</summary>
    public static TableTransition BeingFilled { get; } = new("CREATING", DateTimeOffset.MaxValue);

    /// <summary>The status now.</summary>
    public string StatusAt(TimeProvider time) => Status == "DELETING" || time.GetUtcNow() < Until ? Status : "ACTIVE";

    /// <summary>Whether the table has been deleted and that is over, too.</summary>
    public bool IsGoneAt(TimeProvider time) => Status == "DELETING" && time.GetUtcNow() >= Until;
}
