using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DaxProxy.Conformance.Security;

/// <summary>An authority of our own and a certificate for this machine signed by an authority below it, in a folder of its own.</summary>
internal sealed class CertificateFiles : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1), To = From.AddDays(10);

    private readonly string folder = Directory.CreateTempSubdirectory("daxproxy-tls-").FullName;
    private readonly X509Certificate2 authority;
    private readonly X509Certificate2 middle;

    public CertificateFiles()
    {
        authority = Authority("test root", null);
        middle = Authority("test middle", authority);
        File.WriteAllText(AuthorityFile, authority.ExportCertificatePem());
        Issue();
    }

    /// <summary>What clients are told to trust.</summary>
    public string AuthorityFile => Path.Combine(folder, "ca.pem");

    /// <summary>The leaf, then what signed it.</summary>
    public string CertificateFile => Path.Combine(folder, "server.pem");

    public string KeyFile => Path.Combine(folder, "server.key");

    /// <summary>A key that belongs to no certificate.</summary>
    public string OtherKeyFile
    {
        get
        {
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            string path = Path.Combine(folder, "other.key");
            File.WriteAllText(path, key.ExportPkcs8PrivateKeyPem());
            return path;
        }
    }

    public X509Certificate2 Root => authority;

    /// <summary>Writes a new certificate with a new key in place of the one of before, and returns its thumbprint.</summary>
    public string Issue()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(middle, true, false));
        using X509Certificate2 leaf = request.Create(middle, From, To.AddDays(-1), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(CertificateFile, leaf.ExportCertificatePem() + "\n" + middle.ExportCertificatePem() + "\n");
        return leaf.Thumbprint;
    }

    /// <summary>A certificate for a client, or for whatever the purpose says, signed by the authority at the root.</summary>
    /// <param name="purpose">What it is for. Source: RFC 5280, extended key usage.</param>
    /// <param name="life">How long it is good from a day ago on.</param>
    public X509Certificate2 IssueToClient(string purpose = "1.3.6.1.5.5.7.3.2", TimeSpan? life = null)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=a client", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        using X509Certificate2 signed = request.Create(
            authority, From, From + (life ?? TimeSpan.FromDays(5)), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }

    public void Dispose()
    {
        authority.Dispose();
        middle.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static X509Certificate2 Authority(string name, X509Certificate2? issuer)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (issuer is null)
        {
            return request.CreateSelfSigned(From, To);
        }

        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        using X509Certificate2 signed = request.Create(issuer, From, To.AddHours(-1), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }
}
