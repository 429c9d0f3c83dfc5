using System.Diagnostics;
using DaxProxy.Conformance.Commands;
using DaxProxy.Tests;
using NUnit.Framework;
using YamlDotNet.RepresentationModel;

namespace DaxProxy.Conformance.Packaging;

/// <summary>
/// The files under <c>packaging</c>: they can be read, and the program takes the arguments and options that they give it.
/// </summary>
public sealed class ManifestTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "packaging");

    [TestCase("kubernetes/sidecar.yaml")]
    [TestCase("kubernetes/group.yaml")]
    public async Task Kubernetes_ContainersOfTheProxy_AreStartedAndProbedWithWhatTheProgramTakes(string file)
    {
        List<YamlMappingNode> containers =
            [.. Read(file).SelectMany(document => document.AllNodes).OfType<YamlMappingNode>().Where(IsProxy)];
        Assert.That(containers, Has.Count.EqualTo(1));
        YamlMappingNode container = containers[0];
        Dictionary<string, string> environment = ((YamlSequenceNode)container["env"]).Cast<YamlMappingNode>()
            .ToDictionary(
                variable => $"{variable["name"]}",
                variable => variable.Children.ContainsKey("value") ? $"{variable["value"]}" : "redis:6379,password=secret");
        await CheckAsync(Words(container["args"]), environment);
        foreach (string probe in new[] { "startupProbe", "livenessProbe" })
        {
            string[] command = Words(container[probe]["exec"]["command"]);
            Assert.That(command[0], Is.EqualTo("/usr/local/bin/daxproxy"));
            Assert.That((await ProgramRun.OfAsync([.. command[1..], "--help"])).ExitCode, Is.Zero);
        }

        Assert.That(container["securityContext"]["readOnlyRootFilesystem"], Is.EqualTo(new YamlScalarNode("true")));
        Assert.That(container["securityContext"]["runAsNonRoot"], Is.EqualTo(new YamlScalarNode("true")));
    }

    [Test]
    public async Task Compose_StartsTheProxiesWithWhatTheyTake_AndMountsWhatThereIs()
    {
        YamlNode services = Read("compose.yaml").Single().RootNode["services"];
        foreach (YamlNode proxy in new[] { services["daxproxy"], services["dynamodb"] })
        {
            await CheckAsync(
                Words(proxy["command"]),
                ((YamlMappingNode)proxy["environment"]).ToDictionary(pair => $"{pair.Key}", pair => $"{pair.Value}"));
        }

        foreach (string mount in Words(services["prometheus"]["volumes"]))
        {
            Assert.That(
                Directory.EnumerateFiles(Path.GetFullPath(mount.Split(':')[0], Folder)).Select(Path.GetFileName),
                Does.Contain("prometheus.yaml"));
        }

        // Grafana finds the dashboard where its provisioning says, and Prometheus by the name that it has here.
        string[] mounts = Words(services["grafana"]["volumes"]);
        Assert.That(mounts.Select(mount => Path.GetFullPath(mount.Split(':')[0], Folder)), Is.All.Matches<string>(Path.Exists));
        string provisioning = Path.GetFullPath(mounts[0].Split(':')[0], Folder);
        YamlNode provider = Read(Path.Combine(provisioning, "dashboards", "daxproxy.yaml")).Single().RootNode["providers"][0];
        Assert.That(mounts[1].Split(':')[1], Is.EqualTo($"{provider["options"]["path"]}/daxproxy.json"));
        YamlNode source = Read(Path.Combine(provisioning, "datasources", "prometheus.yaml")).Single().RootNode["datasources"][0];
        Assert.That(new Uri($"{source["url"]}").Host, Is.EqualTo("prometheus"));
        Assert.That(((YamlMappingNode)services).Children.Keys, Does.Contain(new YamlScalarNode("prometheus")));
    }

    [Test]
    [Platform(Include = "Linux")]
    public async Task Systemd_Unit_IsInOrder_AndStartsTheProxyWithWhatItTakes()
    {
        string unit = await File.ReadAllTextAsync(Path.Combine(Folder, "systemd", "daxproxy.service"));
        string[] words =
            unit.Split('\n').Single(line => line.StartsWith("ExecStart=", StringComparison.Ordinal))["ExecStart=".Length..].Split(' ');
        Assert.That(words[0], Is.EqualTo("/usr/local/bin/daxproxy"));
        await CheckAsync(words[1..], []);

        // Where the program is in this test; its place on a machine that has it is of no interest here.
        string copy = Path.Combine(Directory.CreateTempSubdirectory("daxproxy-unit-").FullName, "daxproxy.service");
        await File.WriteAllTextAsync(copy, unit.Replace("/usr/local/bin/daxproxy", "/bin/true", StringComparison.Ordinal));
        try
        {
            using Process verify = Process.Start(
                new ProcessStartInfo("systemd-analyze", ["verify", copy]) { RedirectStandardError = true })!;
            Assert.That(await verify.StandardError.ReadToEndAsync(), Is.Empty);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("systemd-analyze is not on this machine");
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(copy)!, recursive: true);
        }
    }

    /// <summary>The arguments of <c>serve</c> are such as <c>config check</c> has nothing to say to.</summary>
    private static async Task CheckAsync(string[] words, Dictionary<string, string> environment)
    {
        Assert.That(words[0], Is.EqualTo("serve"));
        Assert.That(
            await ProgramRun.WithAsync(environment, ["config", "check", .. words[1..]]),
            Is.EqualTo(new ProgramRun(0, "The configuration is in order.", "")));
    }

    private static bool IsProxy(YamlMappingNode node) =>
        node.Children.TryGetValue("image", out YamlNode? image) && $"{image}" == "daxproxy:latest" && node.Children.ContainsKey("args");

    private static string[] Words(YamlNode list) => [.. ((YamlSequenceNode)list).Select(word => $"{word}")];

    private static List<YamlDocument> Read(string file)
    {
        YamlStream stream = [];
        using StreamReader reader = new(Path.Combine(Folder, file));
        stream.Load(reader);
        return [.. stream];
    }
}
