namespace DaxProxy.Options;

/// <summary>Levels of the log for categories: <c>Microsoft.AspNetCore=error,DaxProxy=debug</c>.</summary>
internal static class LogLevelRules
{
    /// <summary>The rules in a text that has no <see cref="FindFault"/>.</summary>
    public static IEnumerable<(string Category, LogLevel Level)> Read(string text) => Entries(text).Select(entry => TryRead(entry)!.Value);

    /// <summary>The first entry that is no rule; null when all are.</summary>
    public static string? FindFault(string text) => Entries(text).FirstOrDefault(entry => TryRead(entry) is null);

    private static string[] Entries(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static (string Category, LogLevel Level)? TryRead(string entry)
    {
        string[] parts = entry.Split('=', StringSplitOptions.TrimEntries);
        return parts is [{ Length: > 0 } category, var level] && category.Count(letter => letter == '*') <= 1
            && OptionText.TryParse(typeof(LogLevel), false, level, out object? value)
            ? (category, (LogLevel)value)
            : null;
    }
}
