using System.Net;
using System.Text;
using DaxProxy.Auth;

namespace DaxProxy.Conformance.Fuzz;

/// <summary>Forms of the Security Token Service: identities and roles, whole and damaged, signed and not.</summary>
internal sealed class StsFuzz(IPEndPoint server, IReadOnlyList<SessionCredentials> keys) : SignedFuzz(server, keys)
{
    private static readonly (string Name, string Value)[] Parameters =
    [
        ("Version", "2011-06-15"), ("RoleSessionName", "s1"), ("RoleArn", "arn:aws:iam::000000000000:role/tenant"),
        ("DurationSeconds", "900"), ("Tags.member.1.Key", "tenant"), ("Tags.member.1.Value", "a"), ("Tags.member.2.Key", "Tenant"),
        ("Tags.member.999999999999.Key", "x"), ("Tags.member..Key", ""), ("TransitiveTagKeys.member.1", "tenant"), ("ExternalId", "x"),
        ("Policy", """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*"}}"""),
        ("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/Any"), ("SerialNumber", "1"), ("TokenCode", "123456"),
    ];

    private static readonly string[] Actions = ["AssumeRole", "AssumeRole", "GetCallerIdentity", "GetSessionToken", ""];

    /// <inheritdoc/>
    protected override string Service => "sts";

    /// <inheritdoc/>
    protected override string ContentType => "application/x-www-form-urlencoded";

    /// <inheritdoc/>
    public override FuzzInput Next(Random random)
    {
        // Whose key it is.
        base.Next(random);
        List<string> parts = ["Action=" + Actions[random.Next(Actions.Length)]];
        foreach ((string name, string value) in Parameters)
        {
            if (random.Next(3) > 0)
            {
                string sent = random.Next(6) == 0 ? Mutation.Text(random)
                    : name == "Policy" && random.Next(2) == 0 ? Mutation.OfJson(random, value)
                    : value;
                parts.Add($"{name}={(random.Next(12) == 0 ? sent : Uri.EscapeDataString(sent))}");
            }
        }

        string form = string.Join(random.Next(20) == 0 ? ";" : "&", random.Next(10) == 0 ? parts.Concat(parts) : parts);
        byte[] bytes = Encoding.UTF8.GetBytes(form);
        bytes = random.Next(4) == 0 ? Mutation.OfBytes(random, bytes) : bytes;
        if (random.Next(8) > 0)
        {
            return new FuzzInput(bytes, "", false);
        }

        byte[] whole = [.. Head("", bytes), .. bytes];
        return new FuzzInput(Mutation.OfBytes(random, whole), "", true);
    }
}
