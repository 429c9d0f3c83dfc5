namespace DaxProxy.Auth;

/// <summary>An access key: its id, and the secret that only it and its holder know.</summary>
/// <remarks>
/// Thread-safe. The keys derived from the secret are kept, those of the last few scopes: a day's change, a service or two. The secret does
/// not leave the object.
/// </remarks>
internal sealed class AccessKey(string id, string secret, Identity identity)
{
    private const int MaxScopes = 4;

    private volatile ScopedKey[] derived = [];

    /// <summary>The id, which is no secret.</summary>
    public string Id { get; } = id;

    /// <summary>Whose it is.</summary>
    public Identity Identity { get; } = identity;

    /// <summary>The key that signs within a scope. Ask only for scopes that have been checked: each takes the place of another.</summary>
    /// <param name="scope"><c>20150830/us-east-1/dynamodb/aws4_request</c>.</param>
    public SigningKey KeyFor(ReadOnlySpan<char> scope)
    {
        ScopedKey[] known = derived;
        foreach (ScopedKey key in known)
        {
            if (scope.SequenceEqual(key.Scope))
            {
                return key.Key;
            }
        }

        string text = scope.ToString();
        ScopedKey added = new(text, new SigningKey(SignatureV4.DeriveKey(secret, text)));
        derived = [added, .. known.Take(MaxScopes - 1)];
        return added.Key;
    }

    private sealed class ScopedKey(string scope, SigningKey key)
    {
        public string Scope => scope;

        public SigningKey Key => key;
    }
}
