using System.Text;
using DaxProxy.Core.Caching.Core;
using DaxProxy.Core.Catalog;

namespace DaxProxy.Tests.Caching.Core;

/// <summary>An entry that knows a number, may be voided, and notes how it left.</summary>
internal sealed class TextEntry(string key, int number, int payloadBytes, DateTimeOffset expiresAt)
    : CacheEntry(Encoding.UTF8.GetBytes(key), payloadBytes, expiresAt)
{
    private int departures;

    public int Number => number;

    public string Name => key;

    public bool Void { get; set; }

    /// <summary>How it left; null while it is there.</summary>
    public RemovalReason? Left { get; private set; }

    /// <summary>How often it was told that it left.</summary>
    public int Departures => Volatile.Read(ref departures);

    /// <summary>How long after its end it may still be asked for.</summary>
    public TimeSpan StaleFor { get; init; }

    protected internal override bool IsVoid => Void;

    protected internal override TimeSpan Grace => StaleFor;

    protected internal override void OnLeft(RemovalReason why)
    {
        Left = why;
        Interlocked.Increment(ref departures);
    }
}
