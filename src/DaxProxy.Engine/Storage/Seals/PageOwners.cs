using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace DaxProxy.Engine.Storage.Seals;

/// <summary>
/// Finds out what damaged pages belong to, by walking all trees of a file as far as intact pages lead. Source of all numbers: the SQLite
/// file format.
/// </summary>
internal sealed class PageOwners
{
    /// <summary>The owner of a page that is in no use.</summary>
    public const string Free = "free";

    private const int FileHeaderBytes = 100, FirstTrunkOffset = 32;
    private const byte InteriorOfKeys = 2, InteriorOfRows = 5, LeafOfKeys = 10, LeafOfRows = 13;

    private readonly Stream file;
    private readonly StoreSeal seal;
    private readonly int usable;
    private readonly int least;
    private readonly HashSet<long> wanted;
    private readonly Dictionary<long, string> owners = [];
    private readonly HashSet<long> seen = [];

    private PageOwners(Stream file, StoreSeal seal, IEnumerable<long> pages)
    {
        (this.file, this.seal, wanted) = (file, seal, [.. pages]);
        usable = PageSeal.PageBytes - seal.Bytes;
        least = ((usable - 12) * 32 / 255) - 23;
    }

    /// <summary>
    /// What pages belong to: the name of a table or index of the store's, or <see cref="Free"/>; pages whose owner cannot be told are left
    /// out.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="file">The same, open.</param>
    /// <param name="seal">How its pages are sealed.</param>
    /// <param name="pages">Numbers of the pages.</param>
    public static Dictionary<long, string> Find(string path, Stream file, StoreSeal seal, IReadOnlyList<long> pages)
    {
        PageOwners walk = new(file, seal, pages);
        if (pages.Count == 0)
        {
            return [];
        }

        walk.WalkFree();
        walk.WalkTree(1, "schema");
        foreach ((string name, long root) in Roots(path, seal))
        {
            walk.WalkTree(root, name);
        }

        return walk.owners;
    }

    /// <summary>Where the trees begin; nothing where that is damaged.</summary>
    private static List<(string Name, long Root)> Roots(string path, StoreSeal seal)
    {
        List<(string, long)> roots = [];
        try
        {
            // Where pages have digests, one that is damaged may still say where trees begin.
            string source = new Uri(Path.GetFullPath(path)).AbsoluteUri + "?immutable=1"
                + (seal.IsEncrypted ? "&vfs=" + seal.FileSystem : "");
            using SqliteConnection connection = new(new SqliteConnectionStringBuilder
            {
                DataSource = source,
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
            }.ToString());
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "SELECT tbl_name, rootpage FROM sqlite_master WHERE rootpage > 0";
            using SqliteDataReader reader = command.ExecuteReader();
            while (reader.Read())
            {
                roots.Add((reader.GetString(0), reader.GetInt64(1)));
            }
        }
        catch (SqliteException)
        {
            roots.Clear();
        }

        return roots;
    }

    private void WalkFree()
    {
        if (Read(1) is not { } first)
        {
            return;
        }

        for (long trunk = Number(first, FirstTrunkOffset);
            trunk != 0 && Note(trunk, Free) && Read(trunk) is { } page;
            trunk = Number(page, 0))
        {
            for (long i = Math.Min(Number(page, 4), (usable / 4) - 2); i > 0; i--)
            {
                Note(Number(page, (int)(4 + (4 * i))), Free);
            }
        }
    }

    private void WalkTree(long root, string name)
    {
        Stack<long> next = new([root]);
        while (next.TryPop(out long number))
        {
            if (Note(number, name) && Read(number) is { } page)
            {
                WalkCells(page, number == 1 ? FileHeaderBytes : 0, name, next);
            }
        }
    }

    private void WalkCells(byte[] page, int at, string name, Stack<long> children)
    {
        byte kind = page[at];
        bool isInterior = kind is InteriorOfKeys or InteriorOfRows;
        if (!isInterior && kind is not (LeafOfKeys or LeafOfRows))
        {
            return;
        }

        int cells = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(at + 3)), pointers = at + (isInterior ? 12 : 8);
        if (isInterior)
        {
            children.Push(Number(page, at + 8));
        }

        for (int i = 0; i < cells; i++)
        {
            int cell = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(pointers + (2 * i)));
            if (isInterior)
            {
                children.Push(Number(page, cell));
                cell += 4;
            }

            if (kind != InteriorOfRows)
            {
                WalkOverflow(page, cell, kind == LeafOfRows, name);
            }
        }
    }

    private void WalkOverflow(byte[] page, int cell, bool isRow, string name)
    {
        long payload = Varint(page, ref cell);
        if (isRow)
        {
            Varint(page, ref cell);
        }

        int most = isRow ? usable - 35 : ((usable - 12) * 64 / 255) - 23;
        if (payload <= most)
        {
            return;
        }

        long local = least + ((payload - least) % (usable - 4));
        for (long number = Number(page, cell + (int)(local <= most ? local : least));
            number != 0 && Note(number, name);
            number = Number(Read(number), 0))
        {
        }
    }

    /// <summary>Notes what a page belongs to; false when that was known.</summary>
    private bool Note(long number, string owner)
    {
        if (wanted.Contains(number))
        {
            owners.TryAdd(number, owner);
        }

        return seen.Add(number);
    }

    /// <summary>An intact page; null for any other.</summary>
    private byte[]? Read(long number)
    {
        byte[] page = new byte[PageSeal.PageBytes];
        file.Position = (number - 1) * PageSeal.PageBytes;
        return !wanted.Contains(number) && file.ReadAtLeast(page, page.Length, throwOnEndOfStream: false) == page.Length
            && seal.TryOpen(page, number) ? page : null;
    }

    private static long Number(byte[]? page, int at) => page is null ? 0 : BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(at));

    private static long Varint(byte[] page, ref int at)
    {
        long value = 0;
        for (int i = 0; i < 8; i++)
        {
            byte one = page[at++];
            value = (value << 7) | (one & 0x7FL);
            if (one < 0x80)
            {
                return value;
            }
        }

        return (value << 8) | page[at++];
    }
}
