namespace DaxProxy.Engine.Formats;

/// <summary>Text that is no Ion, or Ion that no attribute can hold.</summary>
/// <param name="message">What is wrong.</param>
internal sealed class IonException(string message) : Exception(message);
