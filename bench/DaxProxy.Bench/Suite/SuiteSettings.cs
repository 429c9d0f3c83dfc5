using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Suite;

/// <summary>How long the suite takes its time.</summary>
/// <param name="Rounds">Rounds of each load; odd, so that one of them is the median.</param>
/// <param name="Round">Length of a round of one load.</param>
/// <param name="Items">The largest number of cached items.</param>
/// <param name="Packages">Folder for the other emulators.</param>
/// <param name="Native">A native program that was published before; null to publish it.</param>
internal sealed record SuiteSettings(int Rounds, TimeSpan Round, int Items, string Packages, string? Native)
{
    /// <summary>Connections of each load.</summary>
    public const int Connections = 32;

    /// <summary>Different items that are asked for in turn.</summary>
    public const int RequestedItems = 1000;

    /// <summary>Bytes of an item as DynamoDB counts them.</summary>
    public const int ItemBytes = 400;

    /// <summary>A load of hits over loopback.</summary>
    /// <param name="operation">GetItem or Query.</param>
    /// <param name="items">Different items, asked for in turn.</param>
    /// <param name="verify">Whether the proxy verifies signatures.</param>
    /// <param name="isDax">Whether it is asked over DAX, against itself over JSON.</param>
    /// <param name="statements">Statements of the policy of the key; empty for no policies.</param>
    public LoadPlan PlanOf(
        string operation, int items = RequestedItems, bool verify = false, bool isDax = false, string statements = "") => new()
        {
            Operation = operation,
            IsDax = isDax,
            NoCache = false,
            Verify = verify,
            Statements = statements,
            Bare = false,
            Connections = Connections,
            Seconds = Round.TotalSeconds,
            Rounds = Rounds,
            ItemBytes = ItemBytes,
            Items = items,
        };
}
