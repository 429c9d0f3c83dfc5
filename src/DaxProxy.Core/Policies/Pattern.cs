namespace DaxProxy.Core.Policies;

/// <summary>
/// A text of a policy, in which <c>*</c> and <c>?</c> stand for others and <c>${aws:username}</c> for what the request says of that.
/// </summary>
/// <remarks>
/// Immutable and thread-safe. Variables exist since <c>"Version": "2012-10-17"</c>; before, they are text. <c>${*}</c>, <c>${?}</c> and
/// <c>${$}</c> are the signs themselves; <c>${key, 'text'}</c> has a text for where the key is absent. What a variable is replaced by is
/// text: its own stars stand for themselves. Source: "Variables and tags" of the IAM user guide.
/// </remarks>
internal sealed class Pattern
{
    private readonly IReadOnlyList<Part> parts;
    private readonly Glob plain;

    private Pattern(string text, IReadOnlyList<Part> parts, Glob plain)
    {
        Text = text;
        this.parts = parts;
        this.plain = plain;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>The condition keys that it needs values of.</summary>
    public IEnumerable<string> Variables => parts.Where(part => part.Key is not null).Select(part => part.Key!);

    /// <summary>Whether its text says all of it.</summary>
    public bool IsPlain => parts.Count == 0;

    /// <summary>Reads a text; null for one whose variable has no end or no name.</summary>
    /// <param name="text">The text.</param>
    /// <param name="hasVariables">Whether the policy is of a version that has variables.</param>
    public static Pattern? TryParse(string text, bool hasVariables)
    {
        if (!hasVariables || !text.Contains("${", StringComparison.Ordinal))
        {
            return new Pattern(text, [], Glob.Of(text));
        }

        List<Part> parts = [];
        for (int at = 0; at < text.Length;)
        {
            int start = text.IndexOf("${", at, StringComparison.Ordinal);
            int end = start < 0 ? -1 : text.IndexOf('}', start);
            if (start >= 0 && end < 0)
            {
                return null;
            }

            if (start != at)
            {
                parts.Add(new Part(text[at..(start < 0 ? text.Length : start)], null, null));
            }

            if (start < 0)
            {
                break;
            }

            if (Variable(text[(start + 2)..end]) is not { } variable)
            {
                return null;
            }

            parts.Add(variable);
            at = end + 1;
        }

        return new Pattern(text, parts, default);
    }

    /// <summary>The pattern with the values of a request; null where the request lacks one.</summary>
    public Glob? Resolve(RequestContext request)
    {
        if (IsPlain)
        {
            return plain;
        }

        Glob.Builder glob = new();
        foreach (Part part in parts)
        {
            if (part.Literal is not null)
            {
                glob.Add(part.Literal);
            }
            else if (part.Key is null)
            {
                foreach (char c in part.Text!)
                {
                    if (c is '*' or '?')
                    {
                        glob.AddSign(c);
                    }
                    else
                    {
                        glob.Add(c.ToString());
                    }
                }
            }
            else if ((request.Single(part.Key) ?? part.Otherwise) is { } value)
            {
                glob.Add(value);
            }
            else
            {
                return null;
            }
        }

        return glob.Build();
    }

    private static Part? Variable(string inside)
    {
        if (inside is "*" or "?" or "$")
        {
            return new Part(null, null, null) { Literal = inside };
        }

        int comma = inside.IndexOf(',');
        string key = (comma < 0 ? inside : inside[..comma]).Trim();
        string? otherwise = null;
        if (comma >= 0)
        {
            string quoted = inside[(comma + 1)..].Trim();
            if (quoted.Length < 2 || quoted[0] != '\'' || quoted[^1] != '\'')
            {
                return null;
            }

            otherwise = quoted[1..^1];
        }

        return key.Length == 0 ? null : new Part(null, key, otherwise);
    }

    /// <summary>A piece: text with signs, a variable, or one of the signs themselves.</summary>
    private sealed record Part(string? Text, string? Key, string? Otherwise)
    {
        public string? Literal { get; init; }
    }
}
