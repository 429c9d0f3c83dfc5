using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Hosting;

/// <summary>
/// The certificate of every port with TLS, read from PEM files: the leaf first, then the chain up to, but without, the root. Files that
/// have changed are read again before a handshake, as certificates are renewed while the process runs; while they do not fit each other, as
/// in the middle of a renewal, the certificate of before stays.
/// </summary>
/// <remarks>Thread-safe. Certificates that were replaced are left to the garbage collector: a handshake may still use them.</remarks>
internal sealed class ServerCertificate
{
    private readonly WatchedFiles<SslStreamCertificateContext> files;

    private ServerCertificate(WatchedFiles<SslStreamCertificateContext> files) => this.files = files;

    /// <summary>The certificate, its key and its chain as they are now.</summary>
    public SslStreamCertificateContext Current => files.Current;

    /// <summary>Reads the configured certificate; null when none is configured.</summary>
    /// <exception cref="IOException">It cannot be used. The message names the option and the remedy.</exception>
    public static ServerCertificate? Of(ListenOptions options, ILogger logger, TimeProvider time)
    {
        string certificateFile = options.CertificateFile;
        string keyFile = options.CertificateKeyFile.Length == 0 ? certificateFile : options.CertificateKeyFile;
        if (certificateFile.Length == 0)
        {
            return null;
        }

        FileStamp.Require("Listen:CertificateFile", certificateFile, "a PEM file");
        FileStamp.Require("Listen:CertificateKeyFile", keyFile, "a PEM file");
        try
        {
            return new ServerCertificate(new WatchedFiles<SslStreamCertificateContext>(
                [certificateFile, keyFile], () => Read(certificateFile, keyFile, logger), Tell, time));
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new IOException(
                $"Listen:CertificateFile: {certificateFile} and the key in {keyFile} cannot be used ({exception.Message}); "
                    + "name a PEM file that begins with the server's certificate, "
                    + "and by Listen:CertificateKeyFile a PEM file with its private key, not encrypted",
                exception);
        }

        void Tell(Exception? fault)
        {
            if (fault is null)
            {
                Log.CertificateRenewed(logger, certificateFile);
            }
            else
            {
                Log.CertificateKept(logger, certificateFile, fault);
            }
        }
    }

    private static SslStreamCertificateContext Read(string certificateFile, string keyFile, ILogger logger)
    {
        if (SecretFile.IsExposed(keyFile))
        {
            Log.SecretExposed(logger, "private key", keyFile);
        }

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
