namespace DaxProxy.Core.Policies;

/// <summary>What is wrong with a policy, and where.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Reason">What is wrong and what to write in its place.</param>
public sealed record PolicyFault(int Line, string Reason);
