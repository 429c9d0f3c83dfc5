namespace DaxProxy.Core.Policies;

/// <summary>A statement whose conditions ask for nothing but the one partition key of a request, made to be asked with its bytes.</summary>
/// <remarks>
/// Immutable and thread-safe. With one value all set operators mean the same: that one of the texts matches, or of a negated operator none.
/// </remarks>
internal sealed class KeyTest
{
    private readonly (bool IsNegated, byte[][][] Patterns)[] conditions;

    private KeyTest(Candidate candidate, (bool IsNegated, byte[][][] Patterns)[] conditions)
    {
        Candidate = candidate;
        this.conditions = conditions;
    }

    /// <summary>The statement.</summary>
    public Candidate Candidate { get; }

    /// <summary>Tests for all of these statements; null where one asks for something else.</summary>
    /// <param name="candidates">The statements that the request decides.</param>
    /// <param name="known">What is known before there is one.</param>
    public static KeyTest[]? TryMakeAll(IReadOnlyList<Candidate> candidates, RequestContext known)
    {
        List<KeyTest> tests = [];
        foreach (Candidate candidate in candidates)
        {
            if (TryMake(candidate, known) is not { } test)
            {
                return null;
            }

            tests.Add(test);
        }

        return [.. tests];
    }

    /// <summary>Whether the statement applies to a request with this key.</summary>
    public bool Holds(ReadOnlySpan<byte> key)
    {
        foreach ((bool isNegated, byte[][][] patterns) in conditions)
        {
            bool matches = false;
            foreach (byte[][] pattern in patterns)
            {
                matches = matches || Matches(key, pattern);
            }

            if (matches == isNegated)
            {
                return false;
            }
        }

        return true;
    }

    private static KeyTest? TryMake(Candidate candidate, RequestContext known)
    {
        List<(bool IsNegated, byte[][][] Patterns)> conditions = [];
        foreach (Condition condition in candidate.Conditions)
        {
            if (!ConditionKeys.Is(condition.Key, ConditionKeys.LeadingKeys) || !condition.Operator.IsTextual)
            {
                return null;
            }

            List<byte[][]> patterns = [];
            foreach (Pattern value in condition.Values)
            {
                if (!value.Variables.All(Verdict.IsFixed) || value.Resolve(known) is not { } glob
                    || (condition.Operator.IsExact ? Glob.Exactly(glob.ToString()) : glob).TrySplitUtf8() is not { } pieces)
                {
                    return null;
                }

                patterns.Add(pieces);
            }

            conditions.Add((condition.Operator.IsNegated, [.. patterns]));
        }

        return candidate.OpenResource is null ? new KeyTest(candidate, [.. conditions]) : null;
    }

    /// <summary>Whether a key begins with the first piece, ends with the last, and has those between in their order.</summary>
    private static bool Matches(ReadOnlySpan<byte> key, byte[][] pieces)
    {
        if (pieces.Length == 1)
        {
            return key.SequenceEqual(pieces[0]);
        }

        if (!key.StartsWith(pieces[0]))
        {
            return false;
        }

        key = key[pieces[0].Length..];
        foreach (byte[] piece in pieces.AsSpan(1, pieces.Length - 2))
        {
            int at = key.IndexOf(piece);
            if (at < 0)
            {
                return false;
            }

            key = key[(at + piece.Length)..];
        }

        return key.EndsWith(pieces[^1]);
    }
}
