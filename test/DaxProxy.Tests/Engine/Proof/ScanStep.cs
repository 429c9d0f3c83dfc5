using System.Text.Json.Nodes;

namespace DaxProxy.Tests.Engine.Proof;

/// <summary>Scan of a table or index, whole or in segments.</summary>
internal sealed record ScanStep(int Table, ModelIndex Source, PageStep.Options Wanted, JsonObject Request, int Segments)
    : PageStep(Table, Source, Wanted, Request)
{
    protected override string Verb => "Scan";

    public static ScanStep Next(Random random, IReadOnlyList<ModelSchema> schemas)
    {
        int table = random.Next(schemas.Count);
        ModelIndex source = random.Pick([.. schemas[table].Sources]);
        Options wanted = NextOptions(random, schemas[table], source, isQuery: false);
        ExpressionText text = new(random);
        JsonObject request = NextRequest(random, schemas[table], source, wanted, text, "ScanFilter", random.OneIn(4));
        text.AddTo(request);
        return new(table, source, wanted, request, random.OneIn(3) ? random.Next(1, 6) : 0);
    }

    public override async Task RunAsync(ProofWorld world)
    {
        ModelTable table = world.Tables[Table];
        List<Dictionary<string, ModelValue>> order = await ReadAllAsync(world, Whole(), table.EntriesOf(Source));
        DemandPartitions(order);
        if (AsksTooMuch(table.Schema))
        {
            (await world.SendAsync(Verb, Request)).DemandError("ValidationException", null);
            return;
        }

        if (Segments == 0)
        {
            await ReadPagesAsync(world, Request, order);
            return;
        }

        // Segments are shares of the range of hashes, so that one after the other they are the scan; where each ends is the engine's
        // affair.
        int position = 0;
        for (int segment = 0; segment < Segments; segment++)
        {
            JsonObject whole = Of(segment, Whole());
            Answer answer = await world.SendAsync(Verb, whole);
            answer.DemandSuccess();
            List<Dictionary<string, ModelValue>> part = [.. answer.Root.GetProperty("Items").EnumerateArray().Select(ModelValue.ReadMap)];
            List<Dictionary<string, ModelValue>> expected = [.. order.Skip(position).Take(part.Count)];
            Answer.Same(
                "segment", string.Join("\n", expected.Select(ModelValue.TextOf)), string.Join("\n", part.Select(ModelValue.TextOf)));
            Answer.Demand(
                position == 0 || part.Count == 0 || PartitionOf(order[position - 1]) != PartitionOf(part[0]),
                $"a partition in two segments: {ModelValue.TextOf(part.FirstOrDefault())}");
            await ReadPagesAsync(world, Of(segment, Request), expected);
            position += part.Count;
        }

        Answer.Same("items of all segments", order.Count, position);
    }

    private JsonObject Whole()
    {
        JsonObject request = new() { ["TableName"] = (string)Request["TableName"]! };
        if (Source.Name is not null)
        {
            request["IndexName"] = Source.Name;
        }

        return request;
    }

    private JsonObject Of(int segment, JsonObject request)
    {
        JsonObject result = request.DeepClone().AsObject();
        (result["Segment"], result["TotalSegments"]) = (segment, Segments);
        return result;
    }

    /// <summary>Items of a partition come together, in the order of the sort key.</summary>
    private void DemandPartitions(List<Dictionary<string, ModelValue>> order)
    {
        HashSet<string> seen = [];
        for (int i = 0; i < order.Count; i++)
        {
            if (i == 0 || PartitionOf(order[i]) != PartitionOf(order[i - 1]))
            {
                Answer.Demand(seen.Add(PartitionOf(order[i])), $"a partition in two places: {ModelValue.TextOf(order[i])}");
                continue;
            }

            int? first = Source.Range.Select(key => ModelValue.Compare(
                order[i - 1][key.Name], order[i][key.Name])).FirstOrDefault(comparison => comparison != 0);
            Answer.Demand(first is null or <= 0, $"order of {ModelValue.TextOf(order[i - 1])} and {ModelValue.TextOf(order[i])}");
        }
    }

    private string PartitionOf(Dictionary<string, ModelValue> entry) => string.Join('|', Source.Hash.Select(key => entry[key.Name].Text));
}
