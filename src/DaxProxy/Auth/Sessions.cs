using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Auth;

/// <summary>The sessions of roles. Nothing is kept of one: its token says what it is, and is signed by the process.</summary>
/// <remarks>
/// Thread-safe. A token is the session as JSON with an HMAC-SHA256 behind it, in base64 for URLs. Id and secret of its key are made of the
/// same bytes and the process's key, so a process that has that key knows the session, after a restart too. Without a file of keys the key
/// is made at the start, and sessions end with the process. The token of a session that is in use is not read again for each request.
/// </remarks>
internal sealed class Sessions
{
    private const string Option = "Auth:SessionKeyFile";
    private const int KeyBytes = 32;

    /// <summary>About what the sessions may take whose tokens are known; the tokens of more are read for each request.</summary>
    private const long MaxKnownBytes = 32L << 20;

    /// <summary>
    /// The longest token that is given out and read. A client sends it in a head of 16 KB that has other headers too, and in the first
    /// frame of a DAX connection, which is 8 KB at most.
    /// </summary>
    private const int MaxTokenChars = 7 * 1024;

    /// <summary>A policy is full of quotation marks, and names may be of any script: neither is written as six characters.</summary>
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly byte[] key;
    private readonly TimeProvider time;
    private readonly KnownSessions known = new(MaxKnownBytes);

    /// <summary>Sessions signed with a key.</summary>
    public Sessions(byte[] key, TimeProvider time)
    {
        this.key = key;
        this.time = time;
    }

    /// <summary>Reads the configured key, or makes one.</summary>
    /// <exception cref="IOException">The file holds none. The message names the option and the remedy.</exception>
    public static Sessions Of(AuthOptions options, ILogger logger, TimeProvider time)
    {
        string path = options.SessionKeyFile;
        if (path.Length == 0)
        {
            return new Sessions(RandomNumberGenerator.GetBytes(KeyBytes), time);
        }

        FileStamp.Require(Option, path, "a file with 32 random bytes in base64");
        if (SecretFile.IsExposed(path))
        {
            Log.SecretExposed(logger, "key of sessions", path);
        }

        byte[] bytes = new byte[KeyBytes + 1];
        string text = File.ReadAllText(path).Trim();
        return Convert.TryFromBase64String(text, bytes, out int length) && length == KeyBytes
            ? new Sessions(bytes[..KeyBytes], time)
            : throw new IOException($"{Option}: {path} holds no 32 bytes in base64; write some: openssl rand -base64 32");
    }

    /// <summary>Makes the key and the token of a session, unless it has more to say than a token may be long.</summary>
    /// <param name="session">The session.</param>
    /// <param name="credentials">What its holder signs with; null where the token would be too long.</param>
    /// <returns>How much of the longest token this one takes, in percent.</returns>
    public int TryIssue(Session session, out SessionCredentials? credentials)
    {
        byte[] payload = Write(session);
        string token = Base64Url.EncodeToString((byte[])[.. payload, .. Mac("token", payload)]);
        credentials = token.Length <= MaxTokenChars ? new SessionCredentials(IdOf(payload), SecretOf(payload), token) : null;
        return (int)Math.Ceiling(100.0 * token.Length / MaxTokenChars);
    }

    /// <summary>Finds the key that a token belongs to.</summary>
    /// <param name="id">Id of the key that a request was signed with.</param>
    /// <param name="token">The token.</param>
    /// <param name="key">The key; null after an error.</param>
    /// <returns>What is wrong; null for nothing.</returns>
    public DynamoError? TryFind(ReadOnlySpan<char> id, string token, out AccessKey? key)
    {
        if (!known.TryFind(token, out key) && Read(token) is { } read)
        {
            key = known.Add(token, read);
        }

        if (key is null || !id.SequenceEqual(key.Id))
        {
            key = null;
            return SignatureFaults.UnknownKey;
        }

        if (key.Identity.Session!.ExpiresAt > time.GetUtcNow().ToUnixTimeSeconds())
        {
            return null;
        }

        known.Remove(token);
        key = null;
        return SignatureFaults.ExpiredToken;
    }

    private AccessKey? Read(string token)
    {
        byte[] bytes = new byte[Base64Url.GetMaxDecodedLength(Math.Min(token.Length, MaxTokenChars))];
        if (token.Length > MaxTokenChars || Base64Url.DecodeFromChars(token, bytes, out _, out int length) != OperationStatus.Done
            || length <= HMACSHA256.HashSizeInBytes || Base64Url.EncodeToString(bytes.AsSpan(0, length)) != token)
        {
            return null;
        }

        byte[] payload = bytes[..(length - HMACSHA256.HashSizeInBytes)];
        return CryptographicOperations.FixedTimeEquals(Mac("token", payload), bytes.AsSpan(payload.Length, HMACSHA256.HashSizeInBytes))
            ? new AccessKey(IdOf(payload), SecretOf(payload), IdentityOf(payload))
            : null;
    }

    private static Identity IdentityOf(byte[] payload)
    {
        using JsonDocument json = JsonDocument.Parse(payload);
        JsonElement root = json.RootElement;
        Session session = new(
            root.GetProperty("role"u8).GetString()!,
            root.GetProperty("name"u8).GetString()!,
            root.GetProperty("from"u8).GetInt64(),
            root.GetProperty("to"u8).GetInt64(),
            root.GetProperty("tags"u8).EnumerateObject().ToDictionary(
                tag => tag.Name, tag => tag.Value.GetString()!, StringComparer.OrdinalIgnoreCase),
            root.GetProperty("policy"u8).GetString()!,
            root.GetProperty("nonce"u8).GetString()!);
        return new Identity(session.Role, session);
    }

    private static byte[] Write(Session session)
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter writer = new(output, Plain))
        {
            writer.WriteStartObject();
            writer.WriteString("role"u8, session.Role);
            writer.WriteString("name"u8, session.Name);
            writer.WriteNumber("from"u8, session.IssuedAt);
            writer.WriteNumber("to"u8, session.ExpiresAt);
            writer.WriteStartObject("tags"u8);
            foreach ((string name, string value) in session.Tags)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
            writer.WriteString("policy"u8, session.Policy);
            writer.WriteString("nonce"u8, session.Nonce);
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private string IdOf(byte[] payload) => "ASIA" + Convert.ToHexString(Mac("id", payload).AsSpan(0, 8));

    private string SecretOf(byte[] payload) => Convert.ToBase64String(Mac("secret", payload).AsSpan(0, 30));

    private byte[] Mac(string use, byte[] payload) => HMACSHA256.HashData(key, (byte[])[.. Encoding.ASCII.GetBytes(use), 0, .. payload]);
}
