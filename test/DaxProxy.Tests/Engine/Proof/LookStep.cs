using System.Text.Json;
using System.Text.Json.Nodes;

namespace DaxProxy.Tests.Engine.Proof;

/// <summary>Everything there is, and what DescribeTable counts. The last step of every case.</summary>
internal sealed record LookStep : Step
{
    public override async Task RunAsync(ProofWorld world)
    {
        foreach (ModelTable table in world.Tables)
        {
            Answer answer = await world.SendAsync("DescribeTable", new JsonObject { ["TableName"] = table.Schema.Name });
            JsonElement description = answer.Root.GetProperty("Table");
            DemandTotals("table", description, "TableSizeBytes", table.EntriesOf(table.Schema.Table));
            foreach (ModelIndex index in table.Schema.Indexes)
            {
                JsonElement described = description.GetProperty(index.IsGlobal ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes")
                    .EnumerateArray().Single(one => one.GetProperty("IndexName").GetString() == index.Name);
                DemandTotals(index.Name!, described, "IndexSizeBytes", table.EntriesOf(index));
            }

            foreach (ModelIndex source in table.Schema.Sources)
            {
                JsonObject scan = new() { ["TableName"] = table.Schema.Name };
                if (source.Name is not null)
                {
                    scan["IndexName"] = source.Name;
                }

                Answer all = await world.SendAsync("Scan", scan);
                Answer.Same(
                    $"content of {source.Name ?? "table"}",
                    string.Join("\n", table.EntriesOf(source).Select(ModelValue.TextOf).Order(StringComparer.Ordinal)),
                    string.Join("\n", all.Root.GetProperty("Items").EnumerateArray().Select(
                        item => ModelValue.TextOf(ModelValue.ReadMap(item))).Order(StringComparer.Ordinal)));
            }
        }
    }

    private static void DemandTotals(string what, JsonElement description, string bytes, List<Dictionary<string, ModelValue>> entries) =>
        Answer.Same(
            $"totals of {what}",
            (entries.Count, entries.Sum(ModelValue.SizeOf)),
            (description.GetProperty("ItemCount").GetInt32(), description.GetProperty(bytes).GetInt32()));
}
