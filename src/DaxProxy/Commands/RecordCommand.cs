using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using DaxProxy.Options;
using DaxProxy.Report;

namespace DaxProxy.Commands;

/// <summary>
/// The command <c>record</c>: writes down what goes through a running proxy for a while, without keys and values, for <c>report</c> to
/// replay.
/// </summary>
internal static class RecordCommand
{
    private const int RunFault = 1;
    private const int ChunkBytes = 64 * 1024;
    private const string DefaultOutput = "traffic.trace";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<Uri> admin = CheckedOptions.Address("--proxied-admin", "Admin port of the proxy (default: http://127.0.0.1:8001)");
        Option<string?> token = new("--token-file") { Description = "File with the secret of the admin port, where it wants one" };
        Option<double> seconds = CheckedOptions.Number("--seconds", "For how long", 60, 1, 3600);
        Option<double> megabytes = CheckedOptions.Whole("--max-megabytes", "Size of the file at which it ends before that", 64, 1, 1024);
        Option<string> output = new("--out") { Description = "The trace", DefaultValueFactory = _ => DefaultOutput };
        Option<bool> overwrite = new("--overwrite") { Description = "Replace the file that --out names" };
        Command command = new("record", "Write down what goes through a running proxy, without keys and values, for report --trace")
        {
            admin, token, seconds, megabytes, output, overwrite,
        };
        command.SetAction(async (parsed, _) =>
        {
            using StopSignals stop = new();
            string path = parsed.GetValue(output)!;
            FileStream file;
            try
            {
                file = Open(path, parsed.GetValue(overwrite));
            }
            catch (ReportFault fault)
            {
                await Console.Error.WriteLineAsync(fault.Message).ConfigureAwait(false);
                return ExitCode.UsageFault;
            }

            await using FileStream trace = file;
            try
            {
                string body = string.Create(
                    CultureInfo.InvariantCulture,
                    $$"""{"seconds":{{parsed.GetValue(seconds)}},"maxBytes":{{parsed.GetValue(megabytes) * 1024 * 1024:0}}}""");
                Uri address = parsed.GetValue(admin) ?? new Uri("http://127.0.0.1:8001");
                string what = await RecordAsync(address, parsed.GetValue(token), body, trace, stop.Token).ConfigureAwait(false);
                Console.WriteLine(what + path);
                return 0;
            }
            catch (ReportFault fault)
            {
                if (trace.Length == 0)
                {
                    File.Delete(path);
                }

                await Console.Error.WriteLineAsync(fault.Message).ConfigureAwait(false);
                return RunFault;
            }
        });
        return command;
    }

    private static FileStream Open(string path, bool mayReplace)
    {
        try
        {
            FileStreamOptions options = new()
            {
                Mode = mayReplace ? FileMode.Create : FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            return new FileStream(path, options);
        }
        catch (IOException) when (File.Exists(path) && !mayReplace)
        {
            throw new ReportFault($"--out {path}: is there already; give another name, or --overwrite");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReportFault($"--out {path}: cannot be written; name a file in a folder that exists and is yours", fault);
        }
    }

    /// <summary>Writes what the proxy sends. Returns what to say of it.</summary>
    private static async Task<string> RecordAsync(Uri admin, string? tokenFile, string body, FileStream file, CancellationToken stop)
    {
        using HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan };
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(admin, "/api/record"))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (tokenFile is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ReadToken(tokenFile));
        }

        long lines = 0;
        try
        {
            using HttpResponseMessage answer =
                await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
            {
                throw Refused(admin, (int)answer.StatusCode);
            }

            await using Stream trace = await answer.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
            byte[] chunk = new byte[ChunkBytes];
            for (int read; (read = await trace.ReadAsync(chunk, stop).ConfigureAwait(false)) > 0;)
            {
                await file.WriteAsync(chunk.AsMemory(0, read), CancellationToken.None).ConfigureAwait(false);
                lines += chunk.AsSpan(0, read).Count((byte)'\n');
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new ReportFault(
                lines == 0
                    ? $"--proxied-admin {admin}: does not answer; give the admin port of a proxy that runs"
                    : $"--proxied-admin {admin}: ended before the time; what it had sent is in the file",
                fault);
        }

        return $"Recorded {Quantity.Whole(Math.Max(0, lines - (stop.IsCancellationRequested ? 1 : 2)))} requests: ";
    }

    private static string ReadToken(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReportFault($"--token-file {path}: cannot be read; name the file that Admin.Token names", fault);
        }
    }

    private static ReportFault Refused(Uri admin, int status) => new(status switch
    {
        401 => $"--proxied-admin {admin}: wants a secret; name the file with it: --token-file",
        403 => $"--proxied-admin {admin}: lets only its own machine record, where it has no secret; run this there, or set Admin.Token",
        409 => $"--proxied-admin {admin}: is being recorded already; try again later",
        404 => $"--proxied-admin {admin}: cannot record; give the admin port of a DaxProxy of at least this version",
        _ => $"--proxied-admin {admin}: answered {status}; give the admin port of a DaxProxy",
    });
}
