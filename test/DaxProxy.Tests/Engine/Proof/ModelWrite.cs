namespace DaxProxy.Tests.Engine.Proof;

/// <summary>What one write does.</summary>
/// <param name="Table">The table.</param>
/// <param name="Action">What was asked.</param>
/// <param name="Old">The item before; null for none.</param>
/// <param name="New">The item after; null for none.</param>
/// <param name="Error">Name of the exception; null when it succeeds.</param>
/// <param name="Messages">Texts of which one must be reported.</param>
internal sealed record ModelWrite(
    ModelTable Table,
    ModelAction Action,
    Dictionary<string, ModelValue>? Old,
    Dictionary<string, ModelValue>? New,
    string? Error,
    IReadOnlySet<string> Messages)
{
    /// <summary>What the reply shows of the item.</summary>
    public Dictionary<string, ModelValue>? Returned(string returnValues)
    {
        Dictionary<string, ModelValue>? shown = returnValues switch
        {
            "ALL_OLD" => Old,
            "ALL_NEW" => New,
            "UPDATED_OLD" => Targeted(Old),
            "UPDATED_NEW" => Targeted(New),
            _ => null,
        };
        return shown is { Count: 0 } ? null : shown;
    }

    /// <summary>Units of the table, and of each index that took part.</summary>
    public (double Table, Dictionary<string, double> Indexes) Units()
    {
        Dictionary<string, double> indexes = [];
        foreach (ModelIndex index in Table.Schema.Indexes)
        {
            Dictionary<string, ModelValue>? before = Table.EntryOf(index, Old), after = Table.EntryOf(index, New);
            bool isSamePlace = before is not null && after is not null && index.Keys.All(
                key => before[key.Name].Text == after[key.Name].Text);
            if (isSamePlace ? ModelValue.TextOf(before) != ModelValue.TextOf(after) : before is not null || after is not null)
            {
                indexes[index.Name!] = isSamePlace
                    ? Write(Math.Max(ModelValue.SizeOf(before!), ModelValue.SizeOf(after!)))
                    : new[] { before, after }.Sum(entry => entry is null ? 0 : Write(ModelValue.SizeOf(entry)));
            }
        }

        return (Write(Math.Max(Old is null ? 0 : ModelValue.SizeOf(Old), New is null ? 0 : ModelValue.SizeOf(New))), indexes);

        static double Write(int bytes) => Math.Max(1, Math.Ceiling(bytes / 1024.0));
    }

    private Dictionary<string, ModelValue>? Targeted(Dictionary<string, ModelValue>? item) =>
        item is null || Action.Update is null ? null : ModelValue.CopyOf(ModelPath.Pick(item, Action.Update.Targets));
}
