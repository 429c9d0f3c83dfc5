namespace DaxProxy.Core.Caching.Explaining;

/// <summary>Where a request would be answered from.</summary>
public enum ForecastAnswer
{
    /// <summary>From a cache.</summary>
    Hit,

    /// <summary>A batch with some keys that are known; the backend is asked once for the others.</summary>
    Partial,

    /// <summary>By the backend, as the caches do not have the answer.</summary>
    Miss,

    /// <summary>By the backend, as it is no matter for the caches.</summary>
    Bypass,
}
