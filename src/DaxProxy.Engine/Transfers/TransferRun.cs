using DaxProxy.Core.Operations.Transfers;

namespace DaxProxy.Engine.Transfers;

/// <summary>An export, an import or a bulk operation that runs in this process.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="kind">What it is.</param>
/// <param name="state">How far it is.</param>
internal sealed class TransferRun(TransferKind kind, TransferState state)
{
    private readonly Lock gate = new();
    private TransferState state = state;
    private volatile bool isCancelled;

    public TransferKind Kind { get; } = kind;

    /// <summary>How far it is.</summary>
    public TransferState State => Volatile.Read(ref state);

    /// <summary>Goes on: its own work does, and what cancels it.</summary>
    public void Change(Func<TransferState, TransferState> change)
    {
        lock (gate)
        {
            Volatile.Write(ref state, change(state));
        }
    }

    /// <summary>What follows the commit of its end, on the writer's thread; null for nothing.</summary>
    public Action? Ended { get; set; }

    /// <summary>Whether its client wants it to end.</summary>
    public bool IsCancelled => isCancelled;

    public void Cancel() => isCancelled = true;
}
