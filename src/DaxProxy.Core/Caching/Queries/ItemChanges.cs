using System.Runtime.CompilerServices;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>What a write made of an item in a table or index, as far as a fence remembers.</summary>
/// <remarks>
/// Of fixed size, so that the memory of fences does not depend on what is written. Names are hashes: if two agree, we only forget more.
/// </remarks>
internal struct ItemChanges
{
    private const int MostNames = 5;
    private const byte TooMany = byte.MaxValue;

    private Names names;
    private byte count;
    private PageChange kind;

    /// <summary>Nothing is known but that something may have changed.</summary>
    public static ItemChanges Anything => default;

    /// <summary>What a raise says, with names as hashes.</summary>
    /// <param name="change">What became of the item.</param>
    /// <param name="attributes">The attributes that may have changed, of <see cref="PageChange.InPlace"/>.</param>
    public static ItemChanges Of(PageChange change, IEnumerable<ushort> attributes)
    {
        ItemChanges changes = new() { kind = change };
        foreach (ushort name in attributes)
        {
            if (changes.count == MostNames)
            {
                changes.count = TooMany;
                break;
            }

            changes.names[changes.count++] = name;
        }

        return changes;
    }

    /// <summary>What they mean to a page that depends on the place of the item.</summary>
    public readonly Concern For(PageView page) => kind switch
    {
        PageChange.InPlace when !Touch(page.Seen) => Concern.None,

        // Whether it passes the filter is as before: if the page does not show it, it need not.
        PageChange.InPlace when !Touch(page.Filtered) => Concern.IfShown,
        PageChange.Left when page.ShowsAllItRead => Concern.IfShown,
        _ => Concern.Certain,
    };

    /// <summary>Whether one of these attributes may have changed; null stands for all there are.</summary>
    private readonly bool Touch(ushort[]? attributes)
    {
        if (count == TooMany || attributes is null)
        {
            return count > 0 && attributes is not [];
        }

        foreach (ushort name in ((ReadOnlySpan<ushort>)names)[..count])
        {
            if (attributes.AsSpan().Contains(name))
            {
                return true;
            }
        }

        return false;
    }

    [InlineArray(MostNames)]
    private struct Names
    {
        private ushort first;
    }
}
