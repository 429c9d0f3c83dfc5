using System.Net;
using DaxProxy.Auth;
using DaxProxy.Conformance.Policies;

namespace DaxProxy.Conformance.Fuzz;

/// <summary>
/// The requests of <see cref="HttpFuzz"/> with right signatures, of users who may do everything, something and nothing, and of a session:
/// what is damaged is damaged before it is signed, or behind that.
/// </summary>
internal class SignedFuzz(IPEndPoint server, IReadOnlyList<SessionCredentials> keys) : HttpFuzz(server)
{
    private int key;

    /// <summary>The service that requests are signed for.</summary>
    protected virtual string Service => "dynamodb";

    /// <summary>The content type of its requests.</summary>
    protected virtual string ContentType => "application/x-amz-json-1.0";

    /// <inheritdoc/>
    public override FuzzInput Next(Random random)
    {
        key = random.Next(keys.Count);
        return base.Next(random);
    }

    /// <inheritdoc/>
    protected override byte[] Head(string target, byte[] body)
    {
        string? named = target.Length == 0 ? null : target;
        return SignedHead.Of(keys[key], Service, Host, ContentType, named, body, TimeProvider.System.GetUtcNow())
            .ToBytes(keys[key], Host, ContentType, named, body.Length);
    }
}
