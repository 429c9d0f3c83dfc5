namespace DaxProxy.Conformance.Docs;

/// <summary>One block of commands of a guide.</summary>
/// <param name="Commands">Lines for a shell.</param>
/// <param name="Prints">
/// Lines that the page says it prints, in order; <c>…</c> stands for anything. Empty where the page does not say.
/// </param>
internal sealed record GuideStep(string Commands, IReadOnlyList<string> Prints)
{
    /// <summary>Whether the commands end with a server, which runs until the page is over.</summary>
    public bool StartsServer =>
        LastLine.StartsWith("daxproxy", StringComparison.Ordinal)
        && !LastLine.StartsWith("daxproxy report", StringComparison.Ordinal)
        && !LastLine.StartsWith("daxproxy capacity", StringComparison.Ordinal);

    private string LastLine => Commands.Split('\n')[^1];
}
