using System.Reflection;
using System.Runtime.Loader;

namespace DaxProxy.Tests.Caching.Checker.Mutants;

/// <summary>The check, loaded once more against another core.</summary>
internal sealed class MutantContext(byte[] core) : AssemblyLoadContext(isCollectible: true)
{
    private Assembly? loaded;

    /// <summary>Runs the check there; what it found, null for nothing.</summary>
    public string? Find(bool inGroups)
    {
        Type check = LoadFromAssemblyPath(typeof(MutantHunt).Assembly.Location).GetType(typeof(MutantHunt).FullName!)!;
        return (string?)check.GetMethod(inGroups ? nameof(MutantHunt.FindInGroups) : nameof(MutantHunt.Find))!.Invoke(null, null);
    }

    protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name switch
    {
        "DaxProxy.Core" => loaded ??= LoadFromStream(new MemoryStream(core)),
        _ => null,
    };
}
