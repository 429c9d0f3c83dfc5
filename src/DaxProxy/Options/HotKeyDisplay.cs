namespace DaxProxy.Options;

/// <summary>What is shown of the keys that are read most.</summary>
internal enum HotKeyDisplay
{
    /// <summary>The keys, to those who may see them.</summary>
    Keys,

    /// <summary>Hashes that tell them apart.</summary>
    Hashes,

    /// <summary>Nothing; they are not looked for.</summary>
    Off,
}
