namespace DaxProxy.Engine.Transfers;

/// <summary>Some records of one object.</summary>
/// <param name="key">The object.</param>
internal sealed class LoadStep(string key)
{
    public string Key { get; } = key;

    /// <summary>Items to put.</summary>
    public List<LoadedItem> Items { get; } = [];

    /// <summary>What cannot be put.</summary>
    public List<RejectedItem> Rejected { get; } = [];

    /// <summary>Bytes of all objects that have been read with this step.</summary>
    public long Bytes { get; set; }

    /// <summary>Whether these are the last records of the object.</summary>
    public bool IsLast { get; set; }
}
