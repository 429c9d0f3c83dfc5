using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Hosting;

/// <summary>
/// The certificate of every port with TLS, read from PEM files: the leaf first, then the chain up to, but without, the root. Files that have
/// changed are read again before a handshake, as certificates are renewed while the process runs; while they do not fit each other, as in
/// the middle of a renewal, the certificate of before stays.
/// </summary>
/// <remarks>
/// Thread-safe. Looking whether files have changed is done at most every few seconds, by the handshake that comes first after that time.
/// Certificates that were replaced are left to the garbage collector: a handshake may still use them.
/// </remarks>
internal sealed class ServerCertificate
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5);

    private readonly string certificateFile;
    private readonly string keyFile;
    private readonly ILogger logger;
    private readonly TimeProvider time;
    private readonly Lock reading = new();
    private (FileStamp Certificate, FileStamp Key) stamps;
    private long checkedAt;
    private volatile SslStreamCertificateContext current;

    private ServerCertificate(string certificateFile, string keyFile, ILogger logger, TimeProvider time)
    {
        this.certificateFile = certificateFile;
        this.keyFile = keyFile;
        this.logger = logger;
        this.time = time;
        stamps = Stamps();
        checkedAt = time.GetTimestamp();
        current = Read();
    }

    /// <summary>The certificate, its key and its chain as they are now.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            if (time.GetElapsedTime(Volatile.Read(ref checkedAt)) >= CheckInterval && reading.TryEnter())
            {
                try
                {
                    Volatile.Write(ref checkedAt, time.GetTimestamp());
                    ReadIfChanged();
                }
                finally
                {
                    reading.Exit();
                }
            }

            return current;
        }
    }

    /// <summary>Reads the configured certificate; null when none is configured.</summary>
    /// <exception cref="IOException">It cannot be used. The message names the option and the remedy.</exception>
    public static ServerCertificate? Of(ListenOptions options, ILogger logger, TimeProvider time)
    {
        if (options.CertificateFile.Length == 0)
        {
            return null;
        }

        string keyFile = options.CertificateKeyFile.Length == 0 ? options.CertificateFile : options.CertificateKeyFile;
        Require("Listen:CertificateFile", options.CertificateFile);
        Require("Listen:CertificateKeyFile", keyFile);
        try
        {
            return new ServerCertificate(options.CertificateFile, keyFile, logger, time);
        }
        catch (Exception exception) when (IsFault(exception))
        {
            throw new IOException(
                $"Listen:CertificateFile: {options.CertificateFile} and the key in {keyFile} cannot be used ({exception.Message}); name a PEM file that "
                    + "begins with the server's certificate, and by Listen:CertificateKeyFile a PEM file with its private key, not encrypted",
                exception);
        }
    }

    private static void Require(string option, string path)
    {
        try
        {
            FileStamp.Of(path);
        }
        catch (Exception exception) when (IsFault(exception))
        {
            throw new IOException($"{option}: {path} cannot be read; name a PEM file that exists and is readable", exception);
        }
    }

    private static bool IsFault(Exception exception) =>
        exception is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException;

    private (FileStamp Certificate, FileStamp Key) Stamps() => (FileStamp.Of(certificateFile), FileStamp.Of(keyFile));

    private void ReadIfChanged()
    {
        try
        {
            (FileStamp, FileStamp) now = Stamps();
            if (now != stamps)
            {
                stamps = now;
                current = Read();
                Log.CertificateRenewed(logger, certificateFile);
            }
        }
        catch (Exception exception) when (IsFault(exception))
        {
            Log.CertificateKept(logger, certificateFile, exception);
        }
    }

    private SslStreamCertificateContext Read()
    {
        X509Certificate2 leaf = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        if (OperatingSystem.IsWindows())
        {
            // There TLS takes no key that lives in memory only.
            using X509Certificate2 inMemory = leaf;
            leaf = X509CertificateLoader.LoadPkcs12(inMemory.Export(X509ContentType.Pkcs12), null);
        }

        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(certificateFile);
        chain.RemoveAt(0);
        return SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }
}
