namespace DaxProxy.Bench.Hits;

/// <summary>A cache of entries that have a number and a size, by one rule of admission and eviction.</summary>
internal interface ICacheModel
{
    /// <summary>Asks for an entry, and stores it if it is not there. True if it was.</summary>
    bool Touch(int key, int bytes);
}
