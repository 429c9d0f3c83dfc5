using System.Text.Json.Nodes;

namespace DaxProxy.Tests.Engine.Proof;

/// <summary>The engine beside the model, with the tables of one case.</summary>
internal sealed class ProofWorld : IDisposable
{
    private readonly EngineRig engine = new();

    private ProofWorld(IReadOnlyList<ModelTable> tables) => Tables = tables;

    public IReadOnlyList<ModelTable> Tables { get; }

    /// <summary>How many requests have been answered.</summary>
    public int Requests { get; private set; }

    /// <summary>The request answered last.</summary>
    public string LastRequest { get; private set; } = "";

    public static async Task<ProofWorld> CreateAsync(IEnumerable<ModelSchema> schemas)
    {
        ProofWorld world = new([.. schemas.Select(schema => new ModelTable(schema))]);
        foreach (ModelTable table in world.Tables)
        {
            (await world.SendAsync("CreateTable", JsonNode.Parse(table.Schema.CreateTable())!)).DemandSuccess();
        }

        return world;
    }

    public async Task<Answer> SendAsync(string verb, JsonNode request)
    {
        Requests++;
        string text = request.ToJsonString();
        LastRequest = $"{verb} {text}";
        return new Answer(await engine.CallTextAsync(verb, text));
    }

    public void Dispose() => engine.Dispose();
}
