using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using BenchmarkDotNet.Attributes;

namespace DaxProxy.Bench.Micro;

/// <summary>
/// The command <c>budgets</c>: bytes allocated by each benchmark that has a budget in <c>budgets.json</c>; 1 if one is exceeded.
/// </summary>
/// <remarks>
/// A budget <c>A-B</c> is for what benchmark A allocates beyond benchmark B. Bytes are counted on the benchmark's own thread, after a
/// warm-up in which caches fill; the smallest of several runs counts, since tiering up and timers allocate now and then.
/// </remarks>
internal static class BudgetsCommand
{
    private const int WarmUp = 20_000;
    private const int Operations = 10_000;
    private const int Runs = 5;

    public static Command Create()
    {
        Command command = new("budgets", "Compare what operations allocate with budgets.json");
        command.SetAction(_ => Run());
        return command;
    }

    /// <summary>Bytes allocated by each of these: a benchmark, or one beyond another.</summary>
    public static IReadOnlyDictionary<string, double> Measure(IEnumerable<string> names)
    {
        Dictionary<string, double> measured = [];
        Dictionary<Type, object> instances = [];
        Dictionary<string, double> bytes = names.ToDictionary(name => name, name =>
        {
            string[] parts = name.Split('-');
            return MeasureOnce(parts[0]) - (parts.Length > 1 ? MeasureOnce(parts[1]) : 0);
        });
        foreach (IDisposable instance in instances.Values.OfType<IDisposable>())
        {
            instance.Dispose();
        }

        return bytes;

        double MeasureOnce(string name) =>
            measured.TryGetValue(name, out double known) ? known : measured[name] = Measure(Find(name, instances));
    }

    private static int Run()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "budgets.json");
        Dictionary<string, double> budgets = JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(path))!;
        List<string> faults = [];
        foreach ((string name, double bytes) in Measure(budgets.Keys))
        {
            string line = string.Create(CultureInfo.InvariantCulture, $"{name}: {bytes:0.#} bytes (budget {budgets[name]:0.#})");
            Console.WriteLine(line);
            if (bytes > budgets[name] + 0.5)
            {
                faults.Add(line);
            }
        }

        faults.ForEach(fault => Console.Error.WriteLine("Over budget: " + fault));
        return faults.Count == 0 ? 0 : 1;
    }

    private static Func<int> Find(string name, Dictionary<Type, object> instances)
    {
        string[] parts = name.Split('.');
        Type type = typeof(BudgetsCommand).Assembly.GetType($"{typeof(BudgetsCommand).Namespace}.{parts[0]}Benchmarks")
            ?? throw new InvalidOperationException($"budgets.json names {parts[0]}, which has no benchmarks.");
        MethodInfo method = type.GetMethod(parts[1]) is { } found && found.IsDefined(typeof(BenchmarkAttribute))
            ? found
            : throw new InvalidOperationException($"budgets.json names {name}, which is no benchmark.");
        if (!instances.TryGetValue(type, out object? instance))
        {
            instances[type] = instance = Activator.CreateInstance(type)!;
        }

        return method.CreateDelegate<Func<int>>(instance);
    }

    private static double Measure(Func<int> operation)
    {
        for (int index = 0; index < WarmUp; index++)
        {
            operation();
        }

        double bytes = double.MaxValue;
        for (int run = 0; run < Runs; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int index = 0; index < Operations; index++)
            {
                operation();
            }

            bytes = Math.Min(bytes, (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Operations);
        }

        return bytes;
    }
}
