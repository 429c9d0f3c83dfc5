namespace DaxProxy.Core.Wire.Dax;

/// <summary>What stands whole at the beginning of what a client has sent.</summary>
/// <param name="Method">The method of a request; null for the preamble, with which each connection begins.</param>
/// <param name="Bytes">Length, from the first byte of the buffer.</param>
public readonly record struct DaxFrame(DaxMethod? Method, long Bytes);
