namespace DaxProxy.Simulation;

/// <summary>What was counted of the requests of one verb for one table since the rules were set. Thread-safe.</summary>
/// <param name="table">The table; empty where requests name none.</param>
/// <param name="verb">DynamoDB's name of the verb.</param>
internal sealed class FaultCounts(string table, string verb)
{
    private readonly long[] faults = new long[FaultKinds.All.Length];
    private long requests;

    /// <summary>The table; empty where requests name none.</summary>
    public string Table { get; } = table;

    /// <summary>DynamoDB's name of the verb.</summary>
    public string Verb { get; } = verb;

    /// <summary>How many requests a rule was for, with a fault or without.</summary>
    public long Requests => Volatile.Read(ref requests);

    /// <summary>Counts a request; how many there were before.</summary>
    public long Next() => Interlocked.Increment(ref requests) - 1;

    /// <summary>How often there was a fault.</summary>
    public long Of(FaultKind fault) => Volatile.Read(ref faults[(int)fault]);

    /// <summary>Counts a fault.</summary>
    public void Count(FaultKind fault) => Interlocked.Increment(ref faults[(int)fault]);
}
