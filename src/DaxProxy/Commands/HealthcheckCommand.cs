using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DaxProxy.Options;

namespace DaxProxy.Commands;

/// <summary>
/// The command <c>healthcheck</c>: asks a proxy on this machine whether it lives, or whether it is ready. For containers whose image holds
/// nothing else that could ask.
/// </summary>
internal static class HealthcheckCommand
{
    /// <summary>Exit code for a proxy that does not answer, or answers that it is not.</summary>
    private const int Unhealthy = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The command.</summary>
    public static Command Create()
    {
        ConfigurationArguments configuration = new();
        Option<bool> ready = new("--ready") { Description = "Whether it is ready for requests, not only alive" };
        Option<string?> port = new("--port") { Description = "The admin port to ask (default: Listen:AdminPort of the configuration)" };
        Command command = new("healthcheck", "Ask the proxy of this configuration whether it is alive; exit code 0 for yes, 1 for no")
        {
            ready,
            port,
            configuration.File,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            OptionsLoader loader = configuration.Load(parsed);
            if (parsed.GetValue(port) is { } given)
            {
                loader.AddArgument("Listen:AdminPort", given, port.Name);
            }

            return loader.Build() is { } options
                ? AskAsync(options.Listen, parsed.GetValue(ready) ? "/health/ready" : "/health/live", cancellationToken)
                : Task.FromResult(CommandLine.Refuse(loader.Faults));
        });
        return command;
    }

    private static async Task<int> AskAsync(ListenOptions listen, string path, CancellationToken cancellationToken)
    {
        IPAddress at = OptionRules.UnverifiedAddress(listen);
        string host = at.Equals(IPAddress.Any) ? "127.0.0.1"
            : at.Equals(IPAddress.IPv6Any) ? "[::1]"
            : new IPEndPoint(at, 0).ToString()[..^2];
        Uri address = new($"{(listen.TlsOnly ? "https" : "http")}://{host}:{listen.AdminPort}{path}");
        using SocketsHttpHandler handler = new() { UseProxy = false };
        using HttpClient client = new(handler) { Timeout = Patience };
        try
        {
            if (listen.TlsOnly)
            {
                // Its names are those that clients use, so it is not the address that is compared but the whole certificate.
                using X509Certificate2 own = X509CertificateLoader.LoadCertificateFromFile(listen.CertificateFile);
                string expected = own.Thumbprint;
                handler.SslOptions.RemoteCertificateValidationCallback =
                    (_, shown, _, _) => shown is X509Certificate2 certificate && certificate.Thumbprint == expected;
            }

            using HttpResponseMessage answer = await client.GetAsync(address, cancellationToken).ConfigureAwait(false);
            string text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            await Console.Out.WriteLineAsync(text.TrimEnd()).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? 0 : Unhealthy;
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"No answer from {address}").ConfigureAwait(false);
            return Unhealthy;
        }
        catch (CryptographicException)
        {
            string fault = $"Listen:CertificateFile: {listen.CertificateFile} cannot be read; name the file that serve uses";
            await Console.Error.WriteLineAsync(fault).ConfigureAwait(false);
            return Unhealthy;
        }
    }
}
