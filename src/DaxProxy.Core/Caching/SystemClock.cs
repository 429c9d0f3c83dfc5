using Microsoft.Extensions.Internal;

namespace DaxProxy.Core.Caching;

/// <summary>A <see cref="TimeProvider"/> as the clock that the memory cache wants.</summary>
internal sealed class SystemClock(TimeProvider time) : ISystemClock
{
    /// <inheritdoc/>
    public DateTimeOffset UtcNow => time.GetUtcNow();
}
