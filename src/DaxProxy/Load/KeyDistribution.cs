namespace DaxProxy.Load;

/// <summary>Which items the requests of a <see cref="Workload"/> are for.</summary>
internal enum KeyDistribution
{
    /// <summary>A few items much more often than the others, by Zipf's law.</summary>
    Zipf,

    /// <summary>Each as often as any other.</summary>
    Uniform,

    /// <summary>A share of the items, each as often as the others, and rarely the rest.</summary>
    HotSet,

    /// <summary>What was added last most often.</summary>
    Latest,
}
