using System.Globalization;
using DaxProxy.Report;

namespace DaxProxy.Commands;

/// <summary>Names of files that a command is to write, looked at before anything is done or paid for.</summary>
internal static class OutputFile
{
    /// <summary>A name that is not taken, so that nothing of before is lost: <c>report.html</c>, <c>report-2.html</c> and so on.</summary>
    /// <param name="usual">The name where nothing is there yet.</param>
    /// <param name="isTaken">Whether a name is taken.</param>
    public static string Free(string usual, Predicate<string> isTaken)
    {
        string path = usual;
        for (int number = 2; isTaken(path); number++)
        {
            path = string.Create(
                CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(usual)}-{number}{Path.GetExtension(usual)}");
        }

        return path;
    }

    /// <summary>Whether a file may be made or replaced.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="path">The file.</param>
    /// <param name="mayReplace">Whether one that is there may be replaced.</param>
    /// <exception cref="ReportFault">It may not.</exception>
    public static void CheckFree(string option, string path, bool mayReplace)
    {
        if (File.Exists(path) && !mayReplace)
        {
            throw new ReportFault($"{option} {path}: is there already; give another name, or --overwrite");
        }
    }

    /// <summary>Whether a file can be written.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ReportFault">It cannot.</exception>
    public static void CheckWritable(string option, string path)
    {
        try
        {
            bool wasThere = File.Exists(path);
            File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write).Dispose();
            if (!wasThere)
            {
                File.Delete(path);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ReportFault($"{option} {path}: cannot be written; name a file in a folder that exists and is yours", fault);
        }
    }

    /// <summary>Writes a file.</summary>
    /// <exception cref="ReportFault">It cannot be written.</exception>
    public static async Task WriteAsync(string option, string path, string content, CancellationToken stop)
    {
        try
        {
            await File.WriteAllTextAsync(path, content, stop).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReportFault($"{option} {path}: cannot be written: {fault.Message.ReplaceLineEndings(" ")}", fault);
        }
    }

    /// <summary>A command line as a shell would take it again.</summary>
    public static string CommandOf(IEnumerable<string> words) => "daxproxy " + string.Join(' ', words.Select(Quote));

    private static string Quote(string word) =>
        word.All(sign => char.IsAsciiLetterOrDigit(sign) || "-_./:=,@".Contains(sign, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
