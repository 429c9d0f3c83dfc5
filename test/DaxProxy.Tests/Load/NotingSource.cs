using DaxProxy.Load;

namespace DaxProxy.Tests.Load;

/// <summary>Sends the same request again and again and notes how long the replies took.</summary>
internal sealed class NotingSource(bool bearsFaults = false) : ILoadSource
{
    /// <summary>Nanoseconds of each reply.</summary>
    public List<long> Latencies { get; } = [];

    /// <summary>What broke.</summary>
    public List<Exception> Faults { get; } = [];

    public ReadOnlyMemory<byte> Next() => "ask"u8.ToArray();

    public void Answered(ReadOnlySpan<byte> reply, long nanoseconds) => Latencies.Add(nanoseconds);

    public bool MayGoOn(Exception fault)
    {
        Faults.Add(fault);
        return bearsFaults;
    }
}
