using System.Security.Cryptography;
using System.Text;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Frontends.Admin;

/// <summary>The secret that requests to the admin port bring, read from a file; read again once the file has changed.</summary>
/// <remarks>
/// Thread-safe. Only a digest of the secret is kept, and digests are compared in a time that does not tell how much of a guess was right.
/// Nothing that is logged or thrown shows the secret.
/// </remarks>
internal sealed class AdminToken
{
    private const string Option = "Admin:Token";
    private const string Scheme = "Bearer ";
    private const string Challenge = "Bearer realm=\"daxproxy\"";
    private const int MaxBytes = 4096;

    private readonly WatchedFiles<byte[]> file;

    private AdminToken(WatchedFiles<byte[]> file) => this.file = file;

    /// <summary>Reads the configured secret; null when none is wanted.</summary>
    /// <exception cref="IOException">There is none. The message names the option and the remedy.</exception>
    public static AdminToken? Of(AdminOptions options, ILogger logger, TimeProvider time)
    {
        string path = options.Token;
        if (path.Length == 0)
        {
            return null;
        }

        FileStamp.Require(Option, path, "a file with a secret");
        return new AdminToken(new WatchedFiles<byte[]>([path], () => Read(path, logger), Tell, time));

        void Tell(Exception? fault)
        {
            if (fault is not null)
            {
                Log.AdminTokenKept(logger, path, fault.Message);
            }
        }
    }

    /// <summary>Whether a request brings the secret. If not, the answer is told how it could have.</summary>
    public bool Check(HttpContext context)
    {
        string header = context.Request.Headers.Authorization.ToString();
        bool isRight = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(DigestOf(header.AsSpan(Scheme.Length).Trim(' ')), file.Current);
        if (!isRight)
        {
            context.Response.Headers.WWWAuthenticate = Challenge;
        }

        return isRight;
    }

    private static byte[] Read(string path, ILogger logger)
    {
        if (SecretFile.IsExposed(path))
        {
            Log.SecretExposed(logger, "secret of the admin port", path);
        }

        string secret = FileStamp.Of(path).Length <= MaxBytes ? File.ReadAllText(path).Trim() : "";
        return secret.Length > 0 && !secret.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? DigestOf(secret)
            : throw new IOException(
                $"{Option}: {path} holds no secret; write one line of visible ASCII characters without blanks into it, {MaxBytes} at most");
    }

    private static byte[] DigestOf(ReadOnlySpan<char> secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret.ToArray()));
}
