using DaxProxy.Engine.Regions;
using DaxProxy.Options;

namespace DaxProxy.Backends;

/// <summary>The regions of the local engine, where it has several.</summary>
/// <param name="Tables">What carries writes between them.</param>
/// <param name="Others">Those beside the default one.</param>
internal sealed record RegionSet(GlobalTables Tables, IReadOnlyList<RegionSet.Region> Others)
{
    /// <summary>A region.</summary>
    /// <param name="Options">Its options, which name it.</param>
    /// <param name="Backends">What answers for it.</param>
    internal sealed record Region(ProxyOptions Options, BackendStack Backends)
    {
        /// <summary>Its name.</summary>
        public string Name => Options.Backend.EffectiveRegion;
    }
}
