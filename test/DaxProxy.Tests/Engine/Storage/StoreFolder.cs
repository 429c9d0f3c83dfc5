using DaxProxy.Engine.Storage.Seals;
using DaxProxy.Engine.Storage.Encryption;
using Microsoft.Data.Sqlite;

namespace DaxProxy.Tests.Engine.Storage;

/// <summary>A data folder of a test's own, with a store made by SQL or left by an engine.</summary>
internal sealed class StoreFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("daxproxy-store-");

    public string Path => folder.FullName;

    /// <summary>The key of an encrypted store.</summary>
    public IStoreKey? Key { get; init; }

    public string File => System.IO.Path.Combine(Path, "daxproxy.db");

    /// <summary>The store of layout 1 that is kept in this project.</summary>
    public static StoreFolder OfLayout1() => OfLayout(1);

    /// <summary>The store of an older layout that is kept in this project.</summary>
    public static StoreFolder OfLayout(int layout)
    {
        using Stream stream = typeof(StoreFolder).Assembly.GetManifestResourceStream($"store-v{layout}.sql")!;
        using StreamReader reader = new(stream);
        StoreFolder store = new();
        store.Execute(reader.ReadToEnd());
        return store;
    }

    public void Execute(string sql)
    {
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The first column of all rows.</summary>
    public List<string> Read(string sql)
    {
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader reader = command.ExecuteReader();
        List<string> rows = [];
        while (reader.Read())
        {
            rows.Add(Convert.ToString(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture)!);
        }

        return rows;
    }

    public void Dispose() => folder.Delete(recursive: true);

    private SqliteConnection Connect()
    {
        StoreSeal seal = EncryptedFile.IsEncrypted(File) ? EncryptedFile.Open(File, Key) : StoreFile.SealOf(File);
        SqliteConnection connection = new($"Data Source={File};Pooling=False" + (seal.Bytes > 0 ? ";Vfs=" + seal.FileSystem : ""));
        connection.Open();
        return connection;
    }
}
