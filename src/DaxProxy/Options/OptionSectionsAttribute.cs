namespace DaxProxy.Options;

/// <summary>
/// Marks the record whose properties are the sections of the configuration. While it is compiled, DaxProxy.Generator makes the table of all
/// options of it: see <see cref="OptionKey"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OptionSectionsAttribute : Attribute;
