using System.Reflection;
using System.Runtime.Loader;

namespace DaxProxy.Tests.Caching.Checker.Mutants;

/// <summary>The check, loaded once more against another core.</summary>
internal sealed class MutantContext(byte[] core) : AssemblyLoadContext(isCollectible: true)
{
    private Assembly? loaded;

    /// <summary>Runs a check there, a method of <see cref="MutantHunt"/>; what it found, null for nothing.</summary>
    public string? Find(string hunt)
    {
        Type check = LoadFromAssemblyPath(typeof(MutantHunt).Assembly.Location).GetType(typeof(MutantHunt).FullName!)!;
        return (string?)check.GetMethod(hunt)!.Invoke(null, null);
    }

    protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name switch
    {
        "DaxProxy.Core" => loaded ??= LoadFromStream(new MemoryStream(core)),
        _ => null,
    };
}
