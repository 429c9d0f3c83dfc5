namespace DaxProxy.Engine.Transfers;

/// <summary>Ends an export, an import or a bulk operation with a code and a text that its description shows.</summary>
/// <param name="code">What kind of failure.</param>
/// <param name="message">What happened.</param>
internal sealed class TransferFailureException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
