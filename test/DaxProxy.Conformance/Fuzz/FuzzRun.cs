using System.Globalization;
using System.Text;

namespace DaxProxy.Conformance.Fuzz;

/// <summary>Sends inputs to one front end, one after another, and gathers what must not be.</summary>
internal static class FuzzRun
{
    /// <summary>A proxy is replaced by a new one after so many inputs: what they have stored must not be what grows.</summary>
    private const int MostInputsOfAProxy = 20_000;

    /// <summary>So many proxies there are in every run.</summary>
    private const int LeastProxies = 4;

    /// <summary>Runs that find more than this end: the first findings say enough.</summary>
    private const int MaxFindings = 8;

    /// <summary>What may be left behind by proxies that are gone.</summary>
    private const long MaxGrowthBytes = 48 << 20;

    /// <summary>Sends inputs. Returns what was found, empty for nothing.</summary>
    /// <param name="front">The front end's name.</param>
    /// <param name="seed">What all chance comes from; an input follows from it and from the input's number.</param>
    /// <param name="inputs">How many.</param>
    /// <param name="afterProxy">Called when a proxy is gone, before the heap is looked at; null for nothing.</param>
    /// <remarks>
    /// Not while anything else runs in the process: the heap is all the process's. However few inputs there are, several proxies take them
    /// in turn, since what is left of the first is what later ones are compared with.
    /// </remarks>
    public static async Task<string> RunAsync(string front, int seed, int inputs, Action? afterProxy = null)
    {
        StringBuilder findings = new();
        int found = 0;
        long? heapBytes = null;
        int inputsOfAProxy = Math.Min(MostInputsOfAProxy, (inputs + LeastProxies - 1) / LeastProxies);
        for (int first = 0; first < inputs && found < MaxFindings; first += inputsOfAProxy)
        {
            await using (FuzzRig rig = await FuzzRig.StartAsync(front, new Random(unchecked((seed * 1_000_003) - first))))
            {
                using FuzzFront target = rig.Front(front);
                for (int number = first; number < Math.Min(inputs, first + inputsOfAProxy) && found < MaxFindings; number++)
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

            afterProxy?.Invoke();
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
