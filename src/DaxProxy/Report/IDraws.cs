namespace DaxProxy.Report;

/// <summary>What one connection of a load asks for. For one caller at a time.</summary>
internal interface IDraws
{
    /// <summary>The next request.</summary>
    /// <param name="items">How many items there are now.</param>
    Draw Next(int items);

    /// <summary>An item to write instead of one that another connection is writing.</summary>
    /// <param name="items">How many items there are now.</param>
    int Another(int items);
}
