using System.Diagnostics;
using NUnit.Framework;

namespace DaxProxy.Conformance.Commands;

/// <summary>The smaller commands, as a user runs them.</summary>
public sealed class CommandTests
{
    [Test]
    public async Task Healthcheck_OfAProxyThatServes_SaysYes_AndOfNoneNo()
    {
        using ServerProcess server = await ServerProcess.StartAsync(["--in-memory"], []);
        string port = $"{server.AdminEndPoint.Port}";
        Assert.That(await ProgramRun.OfAsync("healthcheck", "--port", port), Is.EqualTo(new ProgramRun(0, "live", "")));
        Assert.That(await ProgramRun.OfAsync("healthcheck", "--ready", "--port", port), Is.EqualTo(new ProgramRun(0, "ready", "")));
        await server.KillAsync();
        Assert.That(
            await ProgramRun.WithAsync(new() { ["DAXPROXY__Listen__AdminPort"] = port }, "healthcheck"),
            Is.EqualTo(new ProgramRun(1, "", $"No answer from http://127.0.0.1:{port}/health/live")));
    }

    [Test]
    public async Task Config_ThatCannotBeUsed_IsRefusedAsServeWould()
    {
        ProgramRun check = await ProgramRun.OfAsync("config", "check", "--port", "http", "--backend", "cloud");
        Assert.That(check.ExitCode, Is.EqualTo(2));
        Assert.That(
            check.Errors.ReplaceLineEndings("\n"),
            Is.EqualTo("--port: 'http' is no number, use digits\n--backend: 'cloud' is no known value, use local or dynamodb"));
        Assert.That(await ProgramRun.OfAsync("config", "check"), Is.EqualTo(new ProgramRun(0, "The configuration is in order.", "")));
    }

    [Test]
    public async Task Config_Printed_SaysEachValueAndItsSource_ButNoSecret()
    {
        ProgramRun print = await ProgramRun.WithAsync(
            new()
            {
                ["DAXPROXY__Group__Redis"] = "redis:6379,password=geheim",
                ["DAXPROXY__Tables__Orders*__TimeToLive"] = "90",
                ["DAXPROXY__ItemCache__MaxBytes"] = "64MiB",
            },
            "config",
            "print",
            "--port",
            "8123",
            "--backend",
            "dynamodb",
            "--region",
            "eu-central-1");
        Assert.That(print.Errors, Is.Empty);
        Assert.That(print.Output.Split('\n', StringSplitOptions.TrimEntries), Is.SupersetOf(new[]
        {
            "Listen:Host = 127.0.0.1  # default",
            "Listen:Port = 8123  # --port",
            "Backend:Kind = dynamodb  # --backend",
            "ItemCache:MaxBytes = 67108864  # DAXPROXY__ItemCache__MaxBytes",
            "Group:Redis = ***  # DAXPROXY__Group__Redis",
            "Tables:Orders*:TimeToLive = 00:01:30  # DAXPROXY__Tables__Orders*__TimeToLive",
        }));
        Assert.That(print.Output, Does.Not.Contain("geheim"));
    }

    [Test]
    public async Task Help_OfACommand_IsWhatItsOptionSays()
    {
        ProgramRun help = await ProgramRun.OfAsync("help", "config", "print");
        Assert.That(help, Is.EqualTo(await ProgramRun.OfAsync("config", "print", "--help")));
        Assert.That(help.Output, Does.Contain("--dax-port"));
    }

    [Test]
    public async Task Version_SaysWhichBuildItIs() =>
        Assert.That(
            (await ProgramRun.OfAsync("version")).Output,
            Does.Match(@"^daxproxy \d+\.\d+\.\d+, \.NET 10\.[^,]+, [^,]+, (native|compiled as it runs)$"));

    [Test]
    [Platform(Include = "Linux")]
    public async Task Completion_InBash_OffersWhatFits()
    {
        string program = string.Join(' ', ServerProcess.Program.Select(word => $"'{word}'"));
        string script = $$"""
            daxproxy() { {{program}} "$@"; }
            source <(daxproxy completion bash)
            COMP_LINE='daxproxy hea' COMP_POINT=12 COMP_WORDS=(daxproxy hea) COMP_CWORD=1
            _daxproxy
            echo "${COMPREPLY[@]}"
            """;
        using Process bash = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true })!;
        Assert.That((await bash.StandardOutput.ReadToEndAsync()).Trim(), Is.EqualTo("healthcheck"));
    }

    [TestCase("zsh")]
    [TestCase("fish")]
    [TestCase("pwsh")]
    public async Task Completion_InOtherShells_AsksTheProgram(string shell) =>
        Assert.That((await ProgramRun.OfAsync("completion", shell)).Output, Does.Contain("[suggest:"));
}
