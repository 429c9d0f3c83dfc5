namespace DaxProxy.Conformance.Remote;

/// <summary>A clock that goes as fast as the real one and is wrong by so much.</summary>
internal sealed class SkewedTime(TimeSpan error) : TimeProvider
{
    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + error;
}
