using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DaxProxy.Core;
using DaxProxy.Core.Caching.Core;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Storage.Files;
using Microsoft.Data.Sqlite;

namespace DaxProxy.Engine.AttributeLists;

/// <summary>
/// The lists of attribute names that clients of the DAX protocol know by number: every one that was ever given a number, on disk.
/// </summary>
/// <remarks>
/// Thread-safe. Clients keep numbers for as long as they live, also across a restart of this process, so a number never gets another
/// meaning. The memory it takes is bounded however many lists there are. A list's number follows from its names wherever nothing else has
/// it already, so that even a store that was lost gives most lists the numbers they had, and hardly ever one that stood for another list:
/// see <c>DESIGN.md</c>.
/// </remarks>
public sealed class AttributeListStore : IAttributeLists, IDisposable
{
    private const string FileName = "attribute-lists.db";
    private const string Purpose = "The attribute lists of DAX clients";

    /// <summary>Marks a file as ours: "DaxA".</summary>
    private const int ApplicationId = 0x44617841;

    private const long CachedBytes = 16L << 20;

    /// <summary>The names of the largest item, if they are not very many.</summary>
    private const int LargestListBytes = 1 << 20;

    /// <summary>
    /// How far from where its names lead to a list's number may be: further than any is unless there are hundreds of millions of lists, and
    /// near enough that a list which was not given this number does not come there by chance.
    /// </summary>
    private const int MaxSteps = 16;

    // Lists have no end of life, so the clock does not matter.
    private readonly CacheCore<KnownList> recent = new(
        CachedBytes, LargestListBytes, RandomSeed.Next(), TimeProvider.System);

    private readonly Lock gate = new();
    private readonly ISharedLists? shared;
    private readonly SqliteConnection connection;
    private readonly Statement find;
    private readonly Statement add;

    private AttributeListStore(SqliteConnection connection, ISharedLists? shared)
    {
        this.shared = shared;
        this.connection = connection;
        connection.Execute("CREATE TABLE IF NOT EXISTS lists (id INTEGER PRIMARY KEY, names BLOB NOT NULL)");
        find = new Statement(connection, "SELECT names FROM lists WHERE id = ?1");
        add = new Statement(connection, "INSERT OR IGNORE INTO lists (id, names) VALUES (?1, ?2)");
    }

    /// <summary>Opens the store of a folder, which other processes of this machine may share.</summary>
    /// <param name="folder">The folder, made if need be; null for a store that ends with the process and keeps nothing.</param>
    /// <param name="shared">Where nodes that do not share the folder agree on numbers; null where there are none.</param>
    /// <exception cref="StorageException">The folder or the file cannot be used.</exception>
    public static AttributeListStore Open(string? folder, ISharedLists? shared = null) =>

        // A database without a name is one of SQLite's own temporary files, and stays in memory while it is small.
        SideFile.Open(folder, FileName, "", Purpose, ", or set Dax:Enabled to false", connection =>
        {
            if (folder is null)
            {
                connection.Execute("PRAGMA journal_mode = OFF");
            }
            else
            {
                // What the power takes away is given the same number again: nothing has to be on the disk at once.
                SideFile.Configure(connection, ApplicationId, isShared: true);
            }

            return new AttributeListStore(connection, shared);
        });

    /// <summary>Copies the store of a folder, if there is one, into another folder, while processes use it or none does.</summary>
    /// <exception cref="StorageException">It could not be copied.</exception>
    public static void Copy(string folder, string target) => SideFile.Copy(FileName, folder, target, Purpose);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The names take more than <see cref="AttributeNames.MaxBytes"/>.</exception>
    /// <remarks>
    /// A number that has come to mean two lists, while nodes could not agree, is not given to either any more. Where it cannot be found out
    /// what others say, the number follows from the names as ever.
    /// </remarks>
    public async ValueTask<int> IdOfAsync(AttributeNames names, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
        {
            return AttributeNames.EmptyId;
        }

        byte[] text = Encode(names);
        for (int id = FirstIdOf(text); ; id = NextId(id))
        {
            AttributeNames? here = NamesOf(id);
            if (here?.Equals(names) == false)
            {
                continue;
            }

            AttributeNames? there = shared is null ? null : await shared.ClaimAsync(id, names).ConfigureAwait(false);
            if (there?.Equals(names) == false)
            {
                TryKeep(id, there);
            }
            else if ((here ?? Add(id, text)).Equals(names))
            {
                return id;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<AttributeNames?> FindAsync(int id, CancellationToken cancellationToken) =>
        NamesOf(id) is { } known ? known
        : shared is not null && id >= AttributeNames.FirstId
            && await shared.FindAsync(id).ConfigureAwait(false) is { } names && TryKeep(id, names) ? names
        : null;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The names take more than <see cref="AttributeNames.MaxBytes"/>.</exception>
    public ValueTask<bool> TryKeepAsync(int id, AttributeNames names, CancellationToken cancellationToken) => new(TryKeep(id, names));

    private bool TryKeep(int id, AttributeNames names)
    {
        if (names.Count == 0)
        {
            return false;
        }

        byte[] text = Encode(names);
        int likely = FirstIdOf(text);
        for (int step = 0; step < MaxSteps && likely != id; step++)
        {
            likely = NextId(likely);
        }

        return likely == id && (NamesOf(id) ?? Add(id, text)).Equals(names);
    }

    private AttributeNames? NamesOf(int id)
    {
        if (id == AttributeNames.EmptyId)
        {
            return AttributeNames.Empty;
        }

        if (recent.TryGet(KnownList.KeyOf(id), out KnownList? known))
        {
            return known.Names;
        }

        lock (gate)
        {
            return Find(id);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        find.Dispose();
        add.Dispose();
        connection.Dispose();
    }

    /// <summary>Adds a list unless another caller has taken its number meanwhile. Returns what has the number now.</summary>
    private AttributeNames Add(int id, byte[] text)
    {
        lock (gate)
        {
            add.Bind(1, id).Bind(2, text).Run();
            return Find(id)!;
        }
    }

    private AttributeNames? Find(int id)
    {
        AttributeNames? names = null;
        try
        {
            if (find.Bind(1, id).Step())
            {
                ReadOnlySpan<byte> text = find.Blob(0);
                names = Decode(text);
                recent.Store(new KnownList(id, names, text.Length));
            }
        }
        finally
        {
            find.Reset();
        }

        return names;
    }

    /// <summary>Spread over all numbers that clients can read, which are positive and have 31 bits.</summary>
    private static int FirstIdOf(ReadOnlySpan<byte> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return Math.Max(BinaryPrimitives.ReadInt32BigEndian(hash) & int.MaxValue, AttributeNames.FirstId);
    }

    /// <summary>The number that is tried after this one is found taken.</summary>
    private static int NextId(int id) => id == int.MaxValue ? AttributeNames.FirstId : id + 1;

    private static byte[] Encode(AttributeNames names)
    {
        int length = names.Sum(name => sizeof(int) + Encoding.UTF8.GetByteCount(name));
        if (length - (names.Count * sizeof(int)) > AttributeNames.MaxBytes)
        {
            throw new ArgumentException("The names of a list are too long.", nameof(names));
        }

        byte[] text = new byte[length];
        Span<byte> rest = text;
        foreach (string name in names)
        {
            int bytes = Encoding.UTF8.GetBytes(name, rest[sizeof(int)..]);
            BinaryPrimitives.WriteInt32LittleEndian(rest, bytes);
            rest = rest[(sizeof(int) + bytes)..];
        }

        return text;
    }

    private static AttributeNames Decode(ReadOnlySpan<byte> text)
    {
        List<string> names = [];
        while (!text.IsEmpty)
        {
            int bytes = BinaryPrimitives.ReadInt32LittleEndian(text);
            names.Add(Encoding.UTF8.GetString(text.Slice(sizeof(int), bytes)));
            text = text[(sizeof(int) + bytes)..];
        }

        return new AttributeNames([.. names]);
    }
}
