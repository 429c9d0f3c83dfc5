namespace DaxProxy.Tests.Engine.Proof;

/// <summary>The engine and the model disagree.</summary>
internal sealed class ProofException(string message) : Exception(message);
