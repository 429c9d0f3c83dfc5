using System.CommandLine;
using DaxProxy.Options;

namespace DaxProxy.Commands;

/// <summary>
/// The commands <c>config check</c>, which says what <c>serve</c> with the same arguments would refuse, and <c>config print</c>, which
/// lists every option with its value and where that comes from.
/// </summary>
internal static class ConfigCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        ConfigurationArguments configuration = new();
        Command check = new("check", "Say what is wrong with the configuration, a line each; exit code 0 for nothing");
        Command print = new("print", "List every option with its value and where that comes from; secrets are masked");
        configuration.AddTo(check);
        configuration.AddTo(print);
        check.SetAction(parsed => Run(configuration.Load(parsed), (_, _) => Console.WriteLine("The configuration is in order.")));
        print.SetAction(parsed => Run(configuration.Load(parsed), (loader, options) => Print(loader, options, Console.Out)));
        return new Command("config", "Look at the configuration that serve would use") { check, print };
    }

    /// <summary>Writes <c>Section:Name = value  # source</c> for each option, and for each rule of a table what it sets.</summary>
    internal static void Print(OptionsLoader loader, ProxyOptions options, TextWriter output)
    {
        foreach (OptionKey key in OptionKey.All.Where(key => !key.IsPerTable))
        {
            output.WriteLine($"{key.Path} = {key.Show(options, null)}  # {loader.SourceOf(key, null) ?? "default"}");
        }

        foreach (string table in options.Tables.Keys.Order(StringComparer.Ordinal))
        {
            foreach (OptionKey key in OptionKey.All.Where(key => key.IsPerTable && key.Show(options, table) is not null))
            {
                output.WriteLine($"{key.Section}:{table}:{key.Name} = {key.Show(options, table)}  # {loader.SourceOf(key, table)}");
            }
        }
    }

    private static int Run(OptionsLoader loader, Action<OptionsLoader, ProxyOptions> tell)
    {
        if (loader.Build() is not { } options)
        {
            return CommandLine.Refuse(loader.Faults);
        }

        tell(loader, options);
        return 0;
    }
}
