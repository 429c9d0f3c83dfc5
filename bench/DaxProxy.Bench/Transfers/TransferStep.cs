namespace DaxProxy.Bench.Transfers;

/// <summary>One export, import or bulk put.</summary>
/// <param name="Name">What was done.</param>
/// <param name="Items">Items that it says to have written.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="ResidentMegabytes">Memory of the process behind it.</param>
internal sealed record TransferStep(string Name, long Items, double Seconds, long ResidentMegabytes);
