namespace DaxProxy.Auth;

/// <summary>Whose a key is: the profile of the file that it stands in, or a session of a role.</summary>
/// <param name="Name">Name of the profile, or of the role.</param>
/// <param name="Session">The session; null for a profile.</param>
internal sealed record Identity(string Name, Session? Session = null);
