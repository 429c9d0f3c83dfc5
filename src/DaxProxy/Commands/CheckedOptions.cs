using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using DaxProxy.Options;

namespace DaxProxy.Commands;

/// <summary>Makes options whose values are checked while they are read, so that what is wrong is said with the remedy.</summary>
internal static class CheckedOptions
{
    /// <summary>An address of HTTP without a path.</summary>
    public static Option<Uri> Address(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (RemoteEndpoint.TryParse(text) is { } address)
            {
                return address;
            }

            // With an @ there may be a password in it.
            result.AddError(
                $"{name}{(text.Contains('@', StringComparison.Ordinal) ? "" : " " + text)}: is no address; "
                    + "give one like http://127.0.0.1:8000, without anything behind the port");
            return null;
        },
    };

    /// <summary>A whole number within limits.</summary>
    public static Option<double> Whole(string name, string description, double? byDefault, double least, double most) =>
        Number(name, description, byDefault, least, most, isWhole: true);

    /// <summary>A number within limits.</summary>
    /// <param name="name">Name of the option.</param>
    /// <param name="description">What it is.</param>
    /// <param name="byDefault">Its value where it is not given; null for none.</param>
    /// <param name="least">The least that may be given.</param>
    /// <param name="most">The most.</param>
    /// <param name="isWhole">Whether fractions are refused.</param>
    /// <param name="withoutValue">What it means to give it without a value; null where that is refused.</param>
    public static Option<double> Number(
        string name, string description, double? byDefault, double least, double most, bool isWhole = false, double? withoutValue = null)
    {
        Option<double> option = new(name)
        {
            Description = description,
            CustomParser = Parse,
            Arity = withoutValue is null ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne,
        };
        if (byDefault is { } value)
        {
            option.DefaultValueFactory = _ => value;
        }

        return option;

        double Parse(ArgumentResult result)
        {
            if (result.Tokens.Count == 0)
            {
                return withoutValue!.Value;
            }

            string text = result.Tokens[^1].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                && number >= least
                && number <= most
                && (!isWhole || double.IsInteger(number)))
            {
                return number;
            }

            result.AddError(string.Create(
                CultureInfo.InvariantCulture, $"{name} {text}: give {(isWhole ? "a whole number" : "a number")} from {least} to {most}"));
            return 0;
        }
    }
}
