using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using DaxProxy.Options;
using DaxProxy.Telemetry;
using IniFile = Amazon.Runtime.Internal.Util.IniFile;

namespace DaxProxy.Auth;

/// <summary>
/// The access keys that callers may sign with: those of every profile of a file in the format of AWS's shared credentials. A file that has
/// changed is read again, so that keys can be added, replaced and taken away while the process runs.
/// </summary>
/// <remarks>
/// Thread-safe. Read with the SDK's reader of the format, and not with its store of profiles: that would add what it finds in the user's
/// configuration, and so accept keys that are not in the file. A profile with a session token holds no lasting key and is left out. Nothing
/// that is logged or thrown shows a secret.
/// </remarks>
internal sealed class KeyStore
{
    private const string Option = "Auth:CredentialsFile";
    private const string Remedy = "write profiles with aws_access_key_id and aws_secret_access_key into it, and no aws_session_token";

    private readonly WatchedFiles<Keys> file;

    private KeyStore(WatchedFiles<Keys> file) => this.file = file;

    /// <summary>The key that stands first in the file.</summary>
    public AccessKey First => file.Current.First;

    /// <summary>Reads the configured keys; null when signatures are not verified.</summary>
    /// <exception cref="IOException">There are none. The message names the option and the remedy.</exception>
    public static KeyStore? Of(AuthOptions options, ILogger logger, TimeProvider time)
    {
        if (options.Mode != AuthMode.Verify)
        {
            return null;
        }

        string path = options.CredentialsFile;
        FileStamp.Require(Option, path, "a file of AWS credentials");
        return new KeyStore(new WatchedFiles<Keys>([path], () => Read(path, logger), Tell, time));

        void Tell(Exception? fault)
        {
            if (fault is not null)
            {
                Log.KeysKept(logger, path, fault.Message);
            }
        }
    }

    /// <summary>Finds a key by its id.</summary>
    public bool TryFind(ReadOnlySpan<char> id, [NotNullWhen(true)] out AccessKey? key) =>
        file.Current.ById.TryGetValue(id, out key);

    private static Keys Read(string path, ILogger logger)
    {
        if (SecretFile.IsExposed(path))
        {
            Log.SecretExposed(logger, "access keys", path);
        }

        Dictionary<string, AccessKey> keys = new(StringComparer.Ordinal);
        AccessKey? first = null;
        foreach ((string name, Dictionary<string, string> profile) in Profiles(path))
        {
            string id = profile.GetValueOrDefault("aws_access_key_id", ""), secret = profile.GetValueOrDefault("aws_secret_access_key", "");
            if (id.Length > 0 && secret.Length > 0 && !profile.ContainsKey("aws_session_token"))
            {
                keys[id] = keys.ContainsKey(id)
                    ? throw new IOException($"{Option}: {path} holds the key {id} in several profiles; keep one of them")
                    : new AccessKey(id, secret, new Identity(name));
                first ??= keys[id];
            }
        }

        if (first is null)
        {
            throw new IOException($"{Option}: {path} holds no key; {Remedy}");
        }

        Log.KeysRead(logger, path, keys.Count);
        return new Keys(keys.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>(), first);
    }

    private static List<(string Name, Dictionary<string, string> Profile)> Profiles(string path)
    {
        try
        {
            IniFile file = new(path);
            return [.. file.ListSectionNames().Select(name => file.TryGetSection(name, out Dictionary<string, string> profile)
                ? (name, profile)
                : throw new IOException($"{Option}: {path} says something twice in [{name}]; keep one of them"))];
        }
        catch (InvalidDataException)
        {
            // The reader's own message shows the line, and the line may be a secret.
            throw new IOException($"{Option}: {path} has a line that is no section, property or comment; {Remedy}");
        }
    }

    private sealed record Keys(FrozenDictionary<string, AccessKey>.AlternateLookup<ReadOnlySpan<char>> ById, AccessKey First);
}
