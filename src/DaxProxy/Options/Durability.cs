namespace DaxProxy.Options;

/// <summary>When the local engine calls a write durable.</summary>
internal enum Durability
{
    /// <summary>Once it is on the disk: survives a loss of power.</summary>
    Full,

    /// <summary>Once the operating system has it: survives the death of the process.</summary>
    Normal,
}
