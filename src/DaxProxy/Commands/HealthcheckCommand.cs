using System.CommandLine;
using System.Net;
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
        IPAddress address = OptionRules.UnverifiedAddress(listen);
        string host = address.Equals(IPAddress.Any) ? "127.0.0.1"
            : address.Equals(IPAddress.IPv6Any) ? "[::1]"
            : new IPEndPoint(address, 0).ToString()[..^2];
        using HttpClient client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(new Uri($"http://{host}:{listen.AdminPort}{path}"), cancellationToken)
                .ConfigureAwait(false);
            string text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            await Console.Out.WriteLineAsync(text.TrimEnd()).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? 0 : Unhealthy;
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"No answer from http://{host}:{listen.AdminPort}{path}").ConfigureAwait(false);
            return Unhealthy;
        }
    }
}
