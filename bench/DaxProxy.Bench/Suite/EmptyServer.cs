namespace DaxProxy.Bench.Suite;

/// <summary>
/// The least that a server of this framework can be: Kestrel and one answer. What it takes to start, and to be there, nothing built on it
/// can go below.
/// </summary>
internal static class EmptyServer
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk.Web">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <InvariantGlobalization>true</InvariantGlobalization>
            <ServerGarbageCollection>false</ServerGarbageCollection>
          </PropertyGroup>
        </Project>
        """;

    private const string Program = """
        using System.Net;
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.ContentLength = 2;
            return context.Response.WriteAsync("{}");
        });
        await app.StartAsync();
        Console.WriteLine("on " + app.Urls.Single());
        Console.WriteLine("ready");
        await Task.Delay(-1);
        """;

    /// <summary>Writes it into a folder; gives its project's file.</summary>
    public static async Task<string> WriteAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        string project = Path.Combine(folder, "empty.csproj");
        await File.WriteAllTextAsync(project, Project).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), Program).ConfigureAwait(false);
        return project;
    }
}
