namespace DaxProxy.Engine.Catalog;

/// <summary>What a write adds to (or takes from) the totals of a table or index.</summary>
/// <param name="Rows">Rows more.</param>
/// <param name="Bytes">Bytes more.</param>
internal readonly record struct TotalsChange(long Rows, long Bytes)
{
    public bool IsNothing => Rows == 0 && Bytes == 0;

    /// <summary>The change when a row of one size (null: none) becomes a row of another.</summary>
    public static TotalsChange Between(int? oldBytes, int? newBytes) =>
        new((newBytes is null ? 0 : 1) - (oldBytes is null ? 0 : 1), (newBytes ?? 0) - (oldBytes ?? 0));
}
