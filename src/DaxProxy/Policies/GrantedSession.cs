using DaxProxy.Auth;
using DaxProxy.Core.Policies;

namespace DaxProxy.Policies;

/// <summary>A session that has begun.</summary>
/// <param name="Credentials">What its holder signs with.</param>
/// <param name="Principal">Who its holder is.</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record GrantedSession(SessionCredentials Credentials, Principal Principal, DateTimeOffset ExpiresAt);
