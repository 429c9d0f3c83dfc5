using System.Text;
using System.Text.RegularExpressions;

namespace DaxProxy.Conformance.Docs;

/// <summary>
/// A page of docs/guides, or the README, as something to run: its <c>sh</c> blocks are the steps, a <c>text</c> block after one says what
/// that prints.
/// </summary>
internal static partial class Guide
{
    /// <summary>Where the pages are.</summary>
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Clients.ClientProcess.Scripts, "..", "..", "docs", "guides"));

    /// <summary>The languages of a page's blocks, in order.</summary>
    /// <param name="file">The page's file.</param>
    public static IEnumerable<string> LanguagesOf(string file) =>
        Block().Matches(File.ReadAllText(file)).Select(block => block.Groups["language"].Value);

    /// <summary>Reads the steps of a page.</summary>
    /// <param name="file">The page's file.</param>
    /// <param name="replacements">What stands for something else here, such as a port.</param>
    public static List<GuideStep> Read(string file, IReadOnlyDictionary<string, string> replacements)
    {
        string text = File.ReadAllText(file);
        foreach ((string written, string here) in replacements)
        {
            text = text.Replace(written, here, StringComparison.Ordinal);
        }

        List<GuideStep> steps = [];
        foreach (Match block in Block().Matches(text))
        {
            string inside = block.Groups["inside"].Value;
            switch (block.Groups["language"].Value)
            {
                case "sh":
                    steps.Add(new GuideStep(inside, []));
                    break;
                case "text":
                    steps[^1] = steps[^1] with { Prints = inside.Split('\n') };
                    break;
            }
        }

        return steps;
    }

    /// <summary>
    /// One script for all steps, in one shell, so that what one sets the next one has. Each step prints into <c>step-N.txt</c>.
    /// </summary>
    public static string ScriptOf(IReadOnlyList<GuideStep> steps)
    {
        StringBuilder script = new("""
            set -euo pipefail
            trap 'kill $(jobs -p) 2> /dev/null || true' EXIT
            # An AWS CLI before 2.13 does not read this variable.
            aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL_DYNAMODB" "$@"; }

            """);
        for (int number = 0; number < steps.Count; number++)
        {
            string output = $"step-{number}.txt";
            script.Append("{\n").Append(steps[number].Commands).Append(steps[number].StartsServer ? " &\n" : "\n").Append("} > ")
                .Append(output).Append(" 2>&1\n");
            if (steps[number].StartsServer)
            {
                script.Append($"grep -qx ready <(tail -n +1 -f --pid=$! {output})\n");
            }
        }

        return script.ToString();
    }

    /// <summary>The first line of what a page says that was not printed; null when all were, in that order.</summary>
    public static string? FirstUnprinted(IEnumerable<string> said, IEnumerable<string> printed)
    {
        using IEnumerator<string> lines = printed.GetEnumerator();
        foreach (string line in said)
        {
            Regex expected = new("^" + Regex.Escape(line).Replace("…", ".*", StringComparison.Ordinal) + "$");
            bool isFound = false;
            while (!isFound && lines.MoveNext())
            {
                isFound = expected.IsMatch(lines.Current.TrimEnd('\r'));
            }

            if (!isFound)
            {
                return line;
            }
        }

        return null;
    }

    [GeneratedRegex("^```(?<language>[a-z]*)\n(?<inside>.*?)\n```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
