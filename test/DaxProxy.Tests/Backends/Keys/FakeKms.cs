using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace DaxProxy.Tests.Backends.Keys;

/// <summary>
/// As much of AWS KMS as a store needs, over HTTP: keys that are known by their ARNs, one alias for each, and what was asked.
/// </summary>
internal sealed class FakeKms : IDisposable
{
    /// <summary>What every refusal quotes of the request, as one of KMS may.</summary>
    public const string Secret = "IQoJb3JpZ2luX2VjE/token+of=the proxy";

    private const string Prefix = "arn:aws:kms:us-east-1:111122223333:key/";

    private readonly HttpListener listener = new();
    private readonly Dictionary<string, byte[]> keys = [];

    public FakeKms()
    {
        using (TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        }

        listener.Prefixes.Add(Address);
        listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    /// <summary>What was asked, a line each: the verb and the encryption context.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>The regions that requests were signed for, in the order of <see cref="Asked"/>.</summary>
    public List<string> Regions { get; } = [];

    /// <summary>An error that every request is answered with; null for none.</summary>
    public string? Refusal { get; set; }

    /// <summary>A verb that is refused, whatever the key; null for none.</summary>
    public string? RefusedVerb { get; set; }

    /// <summary>Whether no request is answered.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Adds a key. Returns its ARN; its alias is <c>alias/NAME</c>.</summary>
    public string Add(string name)
    {
        keys.Add(name, RandomNumberGenerator.GetBytes(32));
        return Prefix + name;
    }

    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            if (IsSilent)
            {
                continue;
            }

            JsonNode body = (await JsonNode.ParseAsync(context.Request.InputStream))!;
            Regions.Add(context.Request.Headers["Authorization"]!.Split('/')[2]);
            (int status, JsonObject answer) = Answer(context.Request.Headers["X-Amz-Target"]!.Split('.')[1], body);
            byte[] bytes = Encoding.UTF8.GetBytes(answer.ToJsonString());
            context.Response.StatusCode = status;
            context.Response.Headers["x-amzn-RequestId"] = "0-1-2-3";
            context.Response.ContentType = "application/x-amz-json-1.1";
            await context.Response.OutputStream.WriteAsync(bytes);
            context.Response.Close();
        }
    }

    private (int Status, JsonObject Answer) Answer(string verb, JsonNode body)
    {
        string context = body["EncryptionContext"]!.ToJsonString();
        Asked.Add($"{verb} {context}");
        string name = ((string)body["KeyId"]!).Replace(Prefix, "", StringComparison.Ordinal).Replace("alias/", "", StringComparison.Ordinal);
        if (verb == RefusedVerb)
        {
            return Refuse("AccessDeniedException");
        }

        if (Refusal is not null || !keys.TryGetValue(name, out byte[]? key))
        {
            return Refuse(Refusal ?? "NotFoundException");
        }

        byte[] plain = verb switch
        {
            "Encrypt" => Convert.FromBase64String((string)body["Plaintext"]!),
            "GenerateDataKey" => RandomNumberGenerator.GetBytes(32),
            _ => [],
        };
        if (verb != "Decrypt")
        {
            return (200, new JsonObject
            {
                ["KeyId"] = Prefix + name,
                ["CiphertextBlob"] = Convert.ToBase64String(Seal(name, key, plain, context)),
                ["Plaintext"] = verb == "GenerateDataKey" ? Convert.ToBase64String(plain) : null,
            });
        }

        byte[] blob = Convert.FromBase64String((string)body["CiphertextBlob"]!);
        int at = Array.IndexOf(blob, (byte)0);
        if (at < 0 || Encoding.UTF8.GetString(blob, 0, at) != name)
        {
            return Refuse(at < 0 ? "InvalidCiphertextException" : "IncorrectKeyException");
        }

        plain = new byte[blob.Length - at - 1 - 28];
        try
        {
            using AesGcm cipher = new(key, 16);
            ReadOnlySpan<byte> rest = blob.AsSpan(at + 1);
            cipher.Decrypt(rest[..12], rest[12..^16], rest[^16..], plain, Encoding.UTF8.GetBytes(context));
        }
        catch (CryptographicException)
        {
            return Refuse("InvalidCiphertextException");
        }

        return (200, new JsonObject { ["KeyId"] = Prefix + name, ["Plaintext"] = Convert.ToBase64String(plain) });
    }

    private static (int Status, JsonObject Answer) Refuse(string error) =>
        (400, new JsonObject { ["__type"] = error, ["message"] = $"It is a\n{error}: {Secret}." });

    private static byte[] Seal(string name, byte[] key, byte[] plain, string context)
    {
        byte[] sealedKey = new byte[12 + plain.Length + 16];
        RandomNumberGenerator.Fill(sealedKey.AsSpan(0, 12));
        using AesGcm cipher = new(key, 16);
        cipher.Encrypt(
            sealedKey.AsSpan(0, 12), plain, sealedKey.AsSpan(12, plain.Length), sealedKey.AsSpan(12 + plain.Length),
            Encoding.UTF8.GetBytes(context));
        return [.. Encoding.UTF8.GetBytes(name), 0, .. sealedKey];
    }
}
