using System.Globalization;
using System.Text;

namespace DaxProxy.Conformance.Fuzz;

/// <summary>Sends inputs to one front end, one after another, and gathers what must not be.</summary>
internal static class FuzzRun
{
    /// <summary>A proxy is replaced by a new one after so many inputs: what they have stored must not be what grows.</summary>
    private const int InputsOfAProxy = 20_000;

    /// <summary>Runs that find more than this end: the first findings say enough.</summary>
    private const int MaxFindings = 8;

    /// <summary>What may be left behind by proxies that are gone.</summary>
    private const long MaxGrowthBytes = 48 << 20;

    /// <summary>Sends inputs. Returns what was found, empty for nothing.</summary>
    /// <param name="front">The front end's name.</param>
    /// <param name="seed">What all chance comes from; an input follows from it and from the input's number.</param>
    /// <param name="inputs">How many.</param>
    public static async Task<string> RunAsync(string front, int seed, int inputs)
    {
        StringBuilder findings = new();
        int found = 0;
        long? heapBytes = null;
        for (int first = 0; first < inputs && found < MaxFindings; first += InputsOfAProxy)
        {
            await using (FuzzRig rig = await FuzzRig.StartAsync())
            {
                using FuzzFront target = rig.Front(front);
                for (int number = first; number < Math.Min(inputs, first + InputsOfAProxy) && found < MaxFindings; number++)
                {
                    FuzzInput input = target.Next(new Random(unchecked((seed * 1_000_003) + number)));
                    FuzzOutcome outcome = await target.SendAsync(input);
                    List<string> faults = rig.Log.Take();
                    if (outcome != FuzzOutcome.Served || faults.Count > 0)
                    {
                        found++;
                        findings.AppendLine($"{front}, seed {seed}, input {number}: {outcome}")
                            .AppendLine(string.Join('\n', faults.Select(Shortened))).AppendLine(Shortened(input.ToString()));
                    }
                }

                if (await rig.CountFaultsAsync() is > 0 and long count)
                {
                    found++;
                    findings.AppendLine(
                        CultureInfo.InvariantCulture,
                        $"{front}, seed {seed}, from input {first}: {count} exceptions have reached a front end");
                }
            }

            long left = GC.GetTotalMemory(forceFullCollection: true);
            heapBytes ??= left;
            if (left - heapBytes > MaxGrowthBytes)
            {
                return findings.AppendLine(
                    $"{front}, seed {seed}, input {first}: the heap has grown from {heapBytes} to {left} bytes").ToString();
            }
        }

        return findings.ToString();
    }

    private static string Shortened(string text) => text.Length <= 2500 ? text : text[..2500] + "…";
}
