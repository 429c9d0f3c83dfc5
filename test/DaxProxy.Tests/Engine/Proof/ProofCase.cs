using System.Text;

namespace DaxProxy.Tests.Engine.Proof;

/// <summary>A case: tables and steps, all of it from one seed.</summary>
internal sealed class ProofCase
{
    private readonly IReadOnlyList<ModelSchema> schemas;
    private readonly List<Step> steps = [];

    public ProofCase(int seed, int count)
    {
        Random random = new(seed);
        schemas = [.. Enumerable.Range(0, random.OneIn(3) ? 2 : 1).Select(i => RandomSchemas.Next(random, $"table{i}"))];
        int spread = random.Next(2, 7);
        while (steps.Count < count)
        {
            steps.Add(random.Next(14) switch
            {
                < 6 => WriteStep.Next(random, schemas, spread),
                6 => BatchWriteStep.Next(random, schemas, spread),
                7 => TransactWriteStep.Next(random, schemas, spread),
                8 or 9 => GetStep.Next(random, schemas, spread),
                10 or 11 => QueryStep.Next(random, schemas, spread),
                12 => ScanStep.Next(random, schemas),
                _ => WriteStep.Next(random, schemas, spread),
            });
        }

        steps.Add(new LookStep());
    }

    /// <summary>Runs all steps and gives the number of requests.</summary>
    /// <exception cref="ProofException">Engine and model disagree; the message is the case made as short as could be.</exception>
    public async Task<int> RunAsync()
    {
        (int requests, string? fault, List<string> log) = await TryAsync(steps);
        if (fault is null)
        {
            return requests;
        }

        // Whatever can be left out without the fault going away is left out.
        List<Step> kept = steps;
        for (int size = kept.Count / 2; size > 0; size /= 2)
        {
            for (int at = 0; at + size <= kept.Count;)
            {
                List<Step> fewer = [.. kept[..at], .. kept[(at + size)..]];
                (_, string? still, List<string> shorter) = await TryAsync(fewer);
                if (still is null)
                {
                    at += size;
                }
                else
                {
                    (kept, fault, log) = (fewer, still, shorter);
                }
            }
        }

        StringBuilder message = new();
        foreach (ModelSchema schema in schemas)
        {
            message.AppendLine(schema.CreateTable());
        }

        throw new ProofException(message.AppendJoin('\n', log).Append("\n=> ").Append(fault).ToString());
    }

    private async Task<(int Requests, string? Fault, List<string> Log)> TryAsync(IReadOnlyList<Step> wanted)
    {
        List<string> log = [];
        using ProofWorld world = await ProofWorld.CreateAsync(schemas);
        foreach (Step step in wanted)
        {
            try
            {
                await step.RunAsync(world);
            }
#pragma warning disable CA1031 // An exception of the engine is a fault too, and to be shortened like any other.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                return (world.Requests, exception is ProofException
                    ? exception.Message
                    : exception.ToString(), [.. log, world.LastRequest]);
            }

            log.Add(world.LastRequest);
        }

        return (world.Requests, null, log);
    }
}
