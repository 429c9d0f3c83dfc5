using System.Globalization;
using System.Text.Json;
using DaxProxy.Core.Policies;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Policies;

/// <summary>
/// The folder of policies: <c>users/NAME.json</c>, <c>roles/NAME.json</c>, <c>boundaries/NAME.json</c>. It is read again within seconds
/// when a file has changed, is new or is gone; where one of them cannot be used then, all stay what they were.
/// </summary>
/// <remarks>
/// Thread-safe. A file of a user is a policy, or an object with <c>Policies</c>, <c>PermissionsBoundary</c> and <c>Tags</c>; that of a role
/// is such an object with <c>AssumeRolePolicyDocument</c> and <c>MaxSessionDuration</c> besides. The file <c>users/NAME</c> without ending
/// has one word, the name of a built-in policy: <c>ReadOnly</c> or <c>Full</c>. Names are those of the IAM API. Files whose names begin
/// with a dot are left alone: editors and mounted volumes have some.
/// </remarks>
internal sealed class PolicyFolder
{
    private const string Option = "Auth:PoliciesFolder";
    private const string Users = "users", Roles = "roles", Boundaries = "boundaries", Ending = ".json";
    private const int MaxFileBytes = 1024 * 1024;

    /// <summary>Faults that are told at once; the first are the most telling.</summary>
    private const int MaxFaults = 10;

    private static readonly string[] UserMembers = ["Policies", "PermissionsBoundary", "Tags"];
    private static readonly string[] RoleMembers = [.. UserMembers, "AssumeRolePolicyDocument", "MaxSessionDuration"];

    private readonly WatchedFiles<PolicySet> files;

    private PolicyFolder(WatchedFiles<PolicySet> files) => this.files = files;

    /// <summary>What was read last.</summary>
    public PolicySet Current => files.Current;

    /// <summary>Reads the configured folder; null when there is none.</summary>
    /// <exception cref="IOException">It cannot be used. The message names the option, the files and lines, and the remedies.</exception>
    public static PolicyFolder? Of(AuthOptions options, ILogger logger, TimeProvider time)
    {
        string folder = options.PoliciesFolder;
        if (folder.Length == 0)
        {
            return null;
        }

        return new PolicyFolder(new WatchedFiles<PolicySet>(
            () => FilesIn(folder), () => Read(folder, options.EffectiveAccountId), Tell, time));

        void Tell(Exception? fault)
        {
            if (fault is null)
            {
                Log.PoliciesRenewed(logger, folder);
            }
            else
            {
                Log.PoliciesKept(logger, folder, fault.Message);
            }
        }
    }

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="account">Number of the account.</param>
    /// <exception cref="IOException">It cannot be used.</exception>
    public static PolicySet Read(string folder, string account)
    {
        List<string> faults = [];
        Dictionary<string, Policy> boundaries = [];
        Dictionary<string, IdentityPolicies> users = new(StringComparer.Ordinal), roles = new(StringComparer.Ordinal);
        foreach (string path in FilesIn(folder))
        {
            string kind = Path.GetFileName(Path.GetDirectoryName(path)!), name = Path.GetFileNameWithoutExtension(path);
            string called = $"{kind}/{Path.GetFileName(path)}";
            void Fault(int line, string reason) => faults.Add($"{path}:{line}: {reason}");
            if (!path.EndsWith(Ending, StringComparison.Ordinal))
            {
                string word = File.ReadAllText(path).Trim(), words = string.Join(" or ", Policy.BuiltIn.Keys);
                if (kind != Users || !Policy.BuiltIn.TryGetValue(word, out Policy? builtIn))
                {
                    Fault(1, kind == Users
                        ? $"a file without {Ending} holds one word, {words}; write one of them, or name it NAME{Ending}"
                        : $"no policy, name it NAME{Ending}");
                }
                else if (!users.TryAdd(Path.GetFileName(path), new IdentityPolicies { Policies = [builtIn] }))
                {
                    Fault(1, "there is another file of this user, keep one of them");
                }

                continue;
            }

            if (new FileInfo(path).Length > MaxFileBytes)
            {
                Fault(1, $"longer than {MaxFileBytes} bytes, make it shorter");
            }
            else if (PolicyNode.TryRead(File.ReadAllBytes(path), out PolicyFault? noJson) is not { } document)
            {
                Fault(noJson!.Line, noJson.Reason);
            }
            else if (kind == Boundaries)
            {
                boundaries[name] = ReadPolicy(document, called, PolicyKind.Identity, Fault);
            }
            else if (!(kind == Users ? users : roles).TryAdd(name, ReadIdentity(document, called, kind == Roles, boundaries, Fault)))
            {
                Fault(1, "there is another file of this user, keep one of them");
            }
        }

        if (faults.Count == 0 && users.Count + roles.Count == 0)
        {
            faults.Add($"{folder} holds no policies; write one to {Users}/NAME{Ending}, where NAME is a profile of Auth:CredentialsFile");
        }

        return faults.Count == 0
            ? new PolicySet(users, roles, account)
            : throw new IOException($"{Option}: {string.Join(" | ", faults.Take(MaxFaults))}"
                + (faults.Count > MaxFaults ? string.Create(CultureInfo.InvariantCulture, $" | and {faults.Count - MaxFaults} more") : ""));
    }

    /// <summary>Boundaries first, as the others name them.</summary>
    private static string[] FilesIn(string folder)
    {
        try
        {
            return
            [
                .. new[] { Boundaries, Roles, Users }.Select(kind => Path.Combine(folder, kind)).Where(Directory.Exists)
                    .SelectMany(kind => Directory.GetFiles(kind).Order(StringComparer.Ordinal))
                    .Where(path => !Path.GetFileName(path).StartsWith('.')),
            ];
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"{Option}: {folder} cannot be read; give this process the right to, or name another folder", exception);
        }
    }

    private static IdentityPolicies ReadIdentity(
        PolicyNode document, string name, bool isRole, Dictionary<string, Policy> boundaries, Action<int, string> fault)
    {
        if (!isRole && document["Statement"] is not null)
        {
            return new IdentityPolicies { Policies = [ReadPolicy(document, name, PolicyKind.Identity, fault)] };
        }

        if (!document.IsObject)
        {
            fault(document.Line, "no policy, write an object with Version and Statement, or with Policies");
        }

        string[] known = isRole ? RoleMembers : UserMembers;
        foreach ((string member, PolicyNode value) in document.Members.Where(member => !known.Contains(member.Key)))
        {
            fault(value.Line, $"there is no member {member}, write one of {string.Join(", ", known)}");
        }

        PolicyNode? policies = document["Policies"], trust = document["AssumeRolePolicyDocument"];
        PolicyNode? boundary = document["PermissionsBoundary"];
        Policy? limit = null;
        if (policies is not { IsArray: true })
        {
            fault((policies ?? document).Line, "Policies is a list of policies, write one, empty for none");
        }

        if (isRole && trust is null)
        {
            fault(document.Line, "a role says who may take it on, write AssumeRolePolicyDocument");
        }

        if (boundary is not null && !boundaries.TryGetValue(boundary.Text, out limit))
        {
            fault(boundary.Line, $"there is no file {Boundaries}/{boundary.Text}{Ending}, write one or name another");
        }

        return new IdentityPolicies
        {
            Policies =
            [
                .. (policies?.Elements ?? []).Select((each, at) => each.Kind == JsonTokenType.String
                    ? BuiltIn(each, fault)
                    : ReadPolicy(each, policies!.Elements.Count == 1 ? name : $"{name}[{at}]", PolicyKind.Identity, fault)),
            ],
            Boundary = limit,
            Tags = ReadTags(document["Tags"], fault),
            Trust = trust is null ? null : ReadPolicy(trust, name, PolicyKind.Trust, fault),
            MaxSessionSeconds = ReadSeconds(document["MaxSessionDuration"], fault),
        };
    }

    private static Policy BuiltIn(PolicyNode word, Action<int, string> fault)
    {
        if (!Policy.BuiltIn.TryGetValue(word.Text, out Policy? policy))
        {
            fault(word.Line, $"there is no built-in policy {word.Text}, write {string.Join(" or ", Policy.BuiltIn.Keys)}");
        }

        return policy ?? new Policy([]);
    }

    private static Policy ReadPolicy(PolicyNode document, string name, PolicyKind kind, Action<int, string> fault)
    {
        Policy? policy = PolicyParser.TryParse(document, name, kind, out IReadOnlyList<PolicyFault> faults);
        foreach (PolicyFault each in faults)
        {
            fault(each.Line, each.Reason);
        }

        return policy ?? new Policy([]);
    }

    private static Dictionary<string, string> ReadTags(PolicyNode? tags, Action<int, string> fault)
    {
        Dictionary<string, string> read = new(StringComparer.OrdinalIgnoreCase);
        if (tags is not null && !tags.IsObject)
        {
            fault(tags.Line, "Tags is an object, write one with a member for each tag");
        }

        foreach ((string name, PolicyNode value) in tags?.Members ?? [])
        {
            if (value.Kind != JsonTokenType.String || !read.TryAdd(name, value.Text))
            {
                fault(value.Line, $"the tag {name} is no string or there twice, write one");
            }
        }

        return read;
    }

    private static int ReadSeconds(PolicyNode? node, Action<int, string> fault)
    {
        int seconds = IdentityPolicies.DefaultMaxSessionSeconds;
        if (node is not null
            && (!int.TryParse(node.Text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) || seconds is < 3600 or > 43_200))
        {
            fault(node.Line, "MaxSessionDuration is a number of seconds from 3600 to 43200, write one");
        }

        return seconds;
    }
}
