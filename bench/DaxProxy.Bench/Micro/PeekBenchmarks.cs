using System.Text;
using BenchmarkDotNet.Attributes;
using DaxProxy.Bench.Load;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Peeks;
using DaxProxy.Core.Policies;

namespace DaxProxy.Bench.Micro;

/// <summary>From a GetItem's body to the cached answer.</summary>
public class PeekBenchmarks : IDisposable
{
    private readonly ProxyRig rig = new();
    private readonly byte[] known = ProxyRig.BodyOf(ProxyRig.Items.Gets()[0]);
    private readonly Access always = AccessOf("""{"Effect":"Allow","Action":"*","Resource":"*"}""");

    private readonly Access byKey = AccessOf(
        """{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["other","*0"]}}}""");

    private readonly byte[] unknown = ProxyRig.BodyOf(ProxyRig.Items.Gets()[1]);

    [Benchmark]
    public int Hit() => JsonPeek.TryServe(known, rig.Caching!.Catalog, rig.Caching.Items, null, out CachedItem? item)
        ? item.Face.Body.Length
        : throw new InvalidOperationException();

    [Benchmark]
    public int HitAllowed() => Serve(always);

    [Benchmark]
    public int HitAllowedByKey() => Serve(byKey);

    [Benchmark]
    public int Miss() =>
        JsonPeek.TryServe(unknown, rig.Caching!.Catalog, rig.Caching.Items, null, out _) ? throw new InvalidOperationException() : 0;

    private static Access AccessOf(string statement)
    {
        Policy policy = PolicyParser.TryParse(
            Encoding.UTF8.GetBytes($$"""{"Version":"2012-10-17","Statement":[{{statement}}]}"""), "bench", PolicyKind.Identity, out _)!;
        Access access = new(
            new Principal { Arn = "arn:aws:iam::000000000000:user/load", Account = "000000000000", UserId = "load", Policies = [policy] });
        access.Teach(
            PeekUse.JsonGetItem,
            LoadItems.Table,
            [access.VerdictOf("dynamodb:GetItem", new Demand("GetItem", "*"), "*", ResourceFacts.None)]);
        return access;
    }

    private int Serve(Access access) => JsonPeek.TryServe(known, rig.Caching!.Catalog, rig.Caching.Items, access, out CachedItem? item)
        ? item.Face.Body.Length
        : throw new InvalidOperationException();

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        rig.Dispose();
    }
}
