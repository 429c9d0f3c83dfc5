using System.CommandLine;
using DaxProxy.Backends.Keys;
using DaxProxy.Engine.Storage.Encryption;
using DaxProxy.Engine.Storage.Files;
using DaxProxy.Options;

namespace DaxProxy.Commands;

/// <summary>
/// The arguments that name the key of an encrypted store. Without them it is the one that a proxy with the same environment and
/// configuration would use.
/// </summary>
internal sealed class KeyArguments
{
    private readonly ConfigurationArguments configuration = new();
    private readonly Option<string?> file = new("--encryption-key-file") { Description = "File with the key (default: as configured)" };
    private readonly Option<string?> kms = new("--kms-key-id") { Description = "Key of AWS KMS (default: as configured)" };

    /// <summary>Adds the arguments to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[configuration.File, file, kms])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>
    /// The region that the configuration names. One that cannot be used names none: a key that is given needs nothing else of it.
    /// </summary>
    public string RegionOf(ParseResult parsed) => configuration.Load(parsed).Build()?.Backend.Region ?? BackendOptions.AutoRegion;

    /// <summary>The key that the arguments of a command name, or else the configuration; null where none of them does.</summary>
    /// <exception cref="StorageException">It cannot be had, or the configuration cannot be used.</exception>
    public IStoreKey? Find(ParseResult parsed)
    {
        (string? ofFile, string? ofKms) = (parsed.GetValue(file), parsed.GetValue(kms));
        if (ofFile is not null && ofKms is not null)
        {
            throw new StorageException($"{file.Name} and {kms.Name} both name a key; leave one of them out");
        }

        if (ofFile is not null || ofKms is not null)
        {
            return StoreKeys.Of((ofFile ?? "", file.Name), (ofKms ?? "", kms.Name), RegionOf(parsed));
        }

        OptionsLoader loader = configuration.Load(parsed);
        return loader.Build() is { } options ? StoreKeys.Of(options.Backend) : throw new StorageException(loader.Faults[0]);
    }
}
