namespace DaxProxy.Report;

/// <summary>Why there is no report: one line that names the option to change and how.</summary>
internal sealed class ReportFault : Exception
{
    /// <summary>A fault with a text for the user.</summary>
    public ReportFault(string message)
        : base(message)
    {
    }

    /// <summary>A fault with what caused it.</summary>
    public ReportFault(string message, Exception cause)
        : base(message, cause)
    {
    }
}
