namespace DaxProxy.Telemetry;

/// <summary>An exception whose message is the process's own words and codes, so that the log may say it: it quotes nothing.</summary>
/// <param name="message">What happened.</param>
/// <param name="cause">Why; its own message is not taken for plain.</param>
internal abstract class PlainFault(string message, Exception? cause) : Exception(message, cause);
