namespace DaxProxy.Tests.Caching.Checker;

/// <summary>What a backend tells of the effect of a write.</summary>
internal enum ImageKnowledge
{
    Both,
    NewOnly,
    None,
}
