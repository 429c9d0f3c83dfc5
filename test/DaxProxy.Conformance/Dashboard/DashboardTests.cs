using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DaxProxy.Frontends.Admin;
using DaxProxy.Options;
using DaxProxy.Tests;
using Microsoft.Playwright;
using NUnit.Framework;

namespace DaxProxy.Conformance.Dashboard;

/// <summary>The dashboard of the real process in a real browser.</summary>
/// <remarks>With <c>DAXPROXY_DASHBOARD_PICTURES</c>, a folder of the clone, the pictures of the documentation are taken.</remarks>
[Parallelizable]
public sealed class DashboardTests
{
    private const string Executable = "/usr/bin/chromium";
    private const string Secret = "the-secret-of-the-port";
    private const int ManyTables = 1000;

    private readonly List<string> troubles = [];
    private IPlaywright? playwright;
    private IBrowser browser = null!;
    private ServerProcess server = null!;
    private HttpClient client = null!;
    private Wire wire = null!;
    private IBrowserContext? context;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        if (!File.Exists(Executable))
        {
            Assert.Ignore("There is no browser here (Debian: chromium).");
        }

        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = Executable, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
        server = await ServerProcess.StartAsync(["--in-memory"], []);
        client = new HttpClient { BaseAddress = server.AdminEndPoint };
        wire = new Wire(server.EndPoint);
        await MakeTableAsync(wire, "Orders");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (playwright is not null)
        {
            await browser.DisposeAsync();
            playwright.Dispose();
            wire.Dispose();
            client.Dispose();
            server.Dispose();
        }
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await (context?.DisposeAsync() ?? default);
        Assert.That(troubles, Is.Empty, "what the browser complained of, and requests to elsewhere");
    }

    [Test]
    public async Task Figures_UnderLoad_AreThoseOfTheStatistics()
    {
        IPage page = await OpenAsync();
        using CancellationTokenSource end = new();
        Task load = ReadAsync(end.Token);
        await Assertions.Expect(page.Locator("#health")).ToHaveTextAsync("Ready");
        ILocator rate = Tile(page, "Requests per second");
        await Assertions.Expect(rate).ToHaveTextAsync(new Regex("^[1-9][0-9,.]* ?[0-9,]+ in all$"));
        await end.CancelAsync();
        await load;
        JsonNode stats = JsonNode.Parse(await client.GetStringAsync("/api/stats"))!;
        JsonNode items = stats["cache"]!["Orders"]!, pages = stats["queryCache"]!["Orders"]!;
        long hits = Of(items, "hits") + Of(items, "negativeHits") + Of(pages, "hits");
        string[] expected =
        [
            $"{hits:N0}", $"{Of(items, "misses") + Of(pages, "missesAbsent"):N0}", $"{Of(pages, "missesWritten"):N0}",
            $"{Of(items, "entries") + Of(pages, "entries"):N0}",
        ];
        await Assertions.Expect(Cell(page, "Orders", 0)).ToHaveTextAsync(expected[0]);
        string[] shown = [await TextAsync(0), await TextAsync(2), await TextAsync(3), await TextAsync(5)];
        Assert.That(shown, Is.EqualTo(expected));
        await Assertions.Expect(rate).ToContainTextAsync($"{Of(stats["traffic"]!, "requests"):N0} in all");
        await Assertions.Expect(Cell(page, "Orders", 12)).ToHaveTextAsync(new Regex(@"^(\$0|< \$0\.01)$"));
        await Assertions.Expect(Tile(page, "Saved a day")).ToHaveTextAsync(new Regex(@"\$[0-9.]+ ?[0-9,]+ read units in all"));
        Assert.That(hits, Is.GreaterThan(0));
        Assert.That(Of(stats["traffic"]!, "hits"), Is.EqualTo(hits), "each request of this load is one look-up");

        Task<string> TextAsync(int cell) => Cell(page, "Orders", cell).InnerTextAsync();
    }

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task Colours_AreThoseOfTheScheme_AndCanBeRead(ColorScheme scheme)
    {
        IPage page = await OpenAsync(scheme);
        await Assertions.Expect(page.Locator("#health")).ToHaveTextAsync("Ready");
        foreach (string element in (string[])["body", "h2", ".note", "#health"])
        {
            double[] inks = await page.Locator(element).First.EvaluateAsync<double[]>(
                """
                element => {
                  const light = colour => {
                    const parts = colour.match(/[\d.]+/g).map(Number);
                    return parts.length > 3 && parts[3] === 0 ? null : parts.slice(0, 3)
                      .map(part => part / 255).map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4)
                      .reduce((all, part, index) => all + part * [.2126, .7152, .0722][index], 0);
                  };
                  let ground = element;
                  while (light(getComputedStyle(ground).backgroundColor) === null) ground = ground.parentElement;
                  return [light(getComputedStyle(element).color), light(getComputedStyle(ground).backgroundColor)];
                }
                """);
            Assert.That(inks[1] > 0.5, Is.EqualTo(scheme == ColorScheme.Light), element);
            Assert.That(
                (Math.Max(inks[0], inks[1]) + 0.05) / (Math.Min(inks[0], inks[1]) + 0.05), Is.GreaterThan(4.5), $"contrast of {element}");
        }
    }

    [Test]
    public async Task Keyboard_EvictsAfterItWasConfirmed()
    {
        const string Get = "{'TableName':'Orders','Key':{'id':{'S':'o-1'}}}";
        IPage page = await OpenAsync();
        await Assertions.Expect(page.Locator("#tables tbody tr")).Not.ToHaveCountAsync(0);
        await wire.SendAsync("GetItem", Get);
        Assert.That((await wire.SendAsync("GetItem", Get)).CacheStatus, Does.Contain("; hit"));
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Locator(".skip")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await TabToAsync(page, page.Locator("#filter"));
        await page.Keyboard.TypeAsync("ORD");
        ILocator evict = page.GetByRole(AriaRole.Button, new() { Name = "Evict table Orders", Exact = true });
        await TabToAsync(page, evict);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#confirm-text")).ToContainTextAsync("Orders");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Assertions.Expect(evict).ToBeFocusedAsync();
        Assert.That((await wire.SendAsync("GetItem", Get)).CacheStatus, Does.Contain("; hit"), "it was not confirmed");
        await page.Keyboard.PressAsync("Enter");
        await TabToAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Evict", Exact = true }));
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#done")).ToHaveTextAsync("Evicted: Orders.");
        Assert.That((await wire.SendAsync("GetItem", Get)).CacheStatus, Does.Contain("fwd=miss"));
    }

    [Test]
    public async Task Explain_SaysWhatWouldHappen()
    {
        await wire.SendAsync("GetItem", "{'TableName':'Orders','Key':{'id':{'S':'explained'}}}");
        IPage page = await OpenAsync();
        await page.GetByLabel("Its request").FillAsync("""{"TableName":"Orders","Key":{"id":{"S":"explained"}}}""");
        await page.GetByRole(AriaRole.Button, new() { Name = "Explain" }).ClickAsync();
        ILocator told = page.Locator("#explanation");
        await Assertions.Expect(told).ToContainTextAsync("It would be a hit: absence known.");
        await Assertions.Expect(told).ToContainTextAsync("a write of this key");
        troubles.Clear();
        await page.GetByLabel("Its request").FillAsync("no JSON");
        await page.GetByRole(AriaRole.Button, new() { Name = "Explain" }).ClickAsync();
        await Assertions.Expect(told).ToContainTextAsync("The request is no JSON");
    }

    [Test]
    public async Task Secret_IsAskedFor_AndKeptInTheTabOnly()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Secret);
        using ServerProcess guarded = await ServerProcess.StartAsync(["--in-memory"], new() { ["DAXPROXY__Admin__Token"] = file });
        using Wire itsWire = new(guarded.EndPoint);
        await MakeTableAsync(itsWire, "Confidential");
        IPage page = await OpenAsync(endPoint: guarded.AdminEndPoint);
        await Assertions.Expect(page.Locator("#token")).ToBeFocusedAsync();
        Assert.That(await page.ContentAsync(), Does.Not.Contain("Confidential"));
        Assert.That(await page.Locator("#figures").IsVisibleAsync(), Is.False);
        await page.Keyboard.TypeAsync("guess");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("It was not accepted.");
        await page.Locator("#token").FillAsync(Secret);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#tables tbody th")).ToHaveTextAsync("Confidential");
        await Assertions.Expect(page.Locator("#sign-in")).ToBeHiddenAsync();
        Assert.That(page.Url, Does.Not.Contain(Secret));
        Assert.That(await context!.CookiesAsync(), Is.Empty);
        Assert.That(await context.StorageStateAsync(), Does.Not.Contain(Secret), "local storage");
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("#tables tbody th")).ToHaveTextAsync("Confidential");
        IPage other = await context.NewPageAsync();
        await other.GotoAsync(guarded.AdminEndPoint.AbsoluteUri);
        await Assertions.Expect(other.Locator("#sign-in")).ToBeVisibleAsync();
        troubles.RemoveAll(trouble => trouble.Contains("401", StringComparison.Ordinal));
    }

    [Test]
    public async Task ThousandTables_CanBeFound()
    {
        await Parallel.ForAsync(
            0, ManyTables, new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, _) => await MakeTableAsync(wire, $"table-{i:D4}"));

        // What was described while another table was made may have been forgotten with that.
        await Parallel.ForAsync(
            0, ManyTables, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) => await ReadFirstAsync(wire, $"table-{i:D4}"));
        for (int i = 0; i < 20; i++)
        {
            await wire.SendAsync("GetItem", "{'TableName':'Orders','Key':{'id':{'S':'first'}}}");
        }

        JsonNode stats = JsonNode.Parse(await client.GetStringAsync("/api/stats"))!;
        Assert.That(stats["tables"]!.AsObject(), Has.Count.EqualTo(1000));
        Assert.That(stats["tables"]!["Orders"], Is.Not.Null, "those used most");
        Assert.That(Of(stats["cache"]!["(others)"]!, "misses"), Is.Positive);
        Assert.That((Of(stats, "tablesKnown"), Of(stats, "tablesFound")), Is.EqualTo((ManyTables + 1, ManyTables + 1)));
        IPage page = await OpenAsync();
        ILocator drawn = page.Locator("#tables tbody tr");
        await Assertions.Expect(drawn).ToHaveCountAsync(100);
        await Assertions.Expect(page.Locator("#tables-note")).ToHaveTextAsync($"100 of {ManyTables + 1:N0} shown, those used most");
        await Assertions.Expect(drawn.First.Locator("th")).ToHaveTextAsync("Orders");
        await page.GetByLabel("Filter").FillAsync("E-0777");
        await Assertions.Expect(drawn).ToHaveCountAsync(1);
        await Assertions.Expect(drawn.First.Locator("th")).ToHaveTextAsync("table-0777");
        await Assertions.Expect(page.Locator("#tables-note")).ToHaveTextAsync($"1 of {ManyTables + 1:N0} shown");
        await page.GetByLabel("Filter").FillAsync("");
        await Assertions.Expect(drawn).ToHaveCountAsync(100);
    }

    /// <summary>With the figures of a busy table.</summary>
    [Test]
    public async Task Tables_OnALaptop_ShowTheirButtonsWithoutScrolling()
    {
        IPage page = await OpenAsync();
        await Assertions.Expect(page.Locator("#tables tbody tr")).Not.ToHaveCountAsync(0);
        string[] busy =
        [
            "25.8M", "82.5 %", "5.5M", "123,456", "12,345", "156,756", "42.7 MiB", "5 min / 5 min", "Ord*", "strict, 0.3 s", "1,234",
            "12.3M", "$1,234.56",
        ];
        int[] widths = await page.Locator("#tables").EvaluateAsync<int[]>(
            """
            (table, busy) => {
              const row = table.tBodies[0].rows[0];
              row.cells[0].textContent = 'daxproxy-report-9322ffdc-proxied';
              busy.forEach((text, cell) => row.cells[cell + 1].textContent = text);
              return [table.parentElement.scrollWidth, table.parentElement.clientWidth];
            }
            """,
            busy);
        Assert.That(widths[0], Is.LessThanOrEqualTo(widths[1]));
    }

    [Test]
    public async Task Phone_NeedsNoSidewaysScrolling()
    {
        IPage page = await OpenAsync(width: 360);
        await Assertions.Expect(page.Locator("#tables tbody tr")).Not.ToHaveCountAsync(0);
        Assert.That(await page.Locator("html").EvaluateAsync<int>("page => page.scrollWidth"), Is.LessThanOrEqualTo(360));
    }

    [Test]
    public async Task Pages_AreSmall_AndHoldNoScriptOfTheirOwn()
    {
        long bytes = 0;
        foreach (string path in (string[])["/", "/dashboard.css", "/dashboard.js", "/favicon.svg"])
        {
            using HttpResponseMessage response = await client.GetAsync(path);
            Assert.That((int)response.StatusCode, Is.EqualTo(200), path);
            Assert.That(
                response.Headers.GetValues("Content-Security-Policy").Single(),
                Does.StartWith("default-src 'self'; ").And.Not.Contain("unsafe"));
            string text = await response.Content.ReadAsStringAsync();
            bytes += text.Length;
            Assert.That(text, Does.Not.Match("<script>|<style|style=\"|onclick=|innerHTML|https?://(?!www\\.w3\\.org/)"), path);
        }

        Assert.That(bytes, Is.LessThan(100_000));
        foreach (string path in (string[])["/api/stats", "/api/history", "/api/hot-keys", "/api/config", "/metrics"])
        {
            using HttpResponseMessage response = await client.GetAsync(path);
            Assert.That(response.Headers.GetValues("Cross-Origin-Resource-Policy").Single(), Is.EqualTo("same-origin"), path);
            Assert.That(response.Headers.Contains("Access-Control-Allow-Origin"), Is.False, path);
        }
    }

    [Test]
    public async Task Configuration_IsShown()
    {
        JsonNode options = JsonNode.Parse(await client.GetStringAsync("/api/config"))!;
        Assert.That((string?)options["Backend"]!["InMemory"], Is.EqualTo("true"));
    }

    [Test]
    public void Configuration_HoldsNoSecrets()
    {
        ProxyOptions options = new()
        {
            Group = new GroupOptions { Redis = "127.0.0.1:6379,password=hidden" },
            Tables = new Dictionary<string, TableOptions> { ["Sess*"] = new() { TimeToLive = TimeSpan.FromMinutes(1) } },
        };
        string body = Encoding.UTF8.GetString(Configuration.Write(options));
        Assert.That(body, Does.Not.Contain("hidden"));
        JsonNode shown = JsonNode.Parse(body)!;
        Assert.That((string?)shown["Group"]!["Redis"], Is.EqualTo("***"));
        Assert.That(shown["Tables"]!["Sess*"]!.ToJsonString(), Is.EqualTo("""{"TimeToLive":"00:01:00"}"""));
    }

    [Test]
    public async Task Pictures()
    {
        string? folder = Environment.GetEnvironmentVariable("DAXPROXY_DASHBOARD_PICTURES");
        if (folder is null)
        {
            Assert.Ignore("Only for the documentation: DAXPROXY_DASHBOARD_PICTURES names no folder.");
        }

        using ServerProcess shop = await ServerProcess.StartAsync(
            ["--in-memory"], new() { ["DAXPROXY__Tables__Sess*__TimeToLive"] = "00:01:00" });
        using Wire itsWire = new(shop.EndPoint);
        string[] tables = ["Orders", "Customers", "Sessions"];
        foreach (string table in tables)
        {
            await MakeTableAsync(itsWire, table);
        }

        using CancellationTokenSource end = new();
        Task load = VisitAsync(itsWire, tables, end.Token);
        await Task.Delay(TimeSpan.FromSeconds(75));
        foreach (ColorScheme scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            IPage page = await OpenAsync(scheme, shop.AdminEndPoint);
            await page.GetByLabel("Its request").FillAsync("""{"TableName":"Orders","Key":{"id":{"S":"o-0"}}}""");
            await page.GetByRole(AriaRole.Button, new() { Name = "Explain" }).ClickAsync();
            await Assertions.Expect(page.Locator("#explanation")).ToContainTextAsync("It would be");
            await Assertions.Expect(page.Locator("#health")).ToHaveTextAsync("Ready");
            await Assertions.Expect(Tile(page, "Requests per second")).Not.ToContainTextAsync("–");
            await page.ScreenshotAsync(
                new() { Path = Path.Combine(Repository.Root, folder, $"dashboard-{scheme.ToString().ToLowerInvariant()}.png"), FullPage = true });
        }

        await end.CancelAsync();
        await load;
    }

    private static long Of(JsonNode node, string member) => (long)node[member]!;

    private static ILocator Cell(IPage page, string table, int cell) =>
        page.Locator($"#tables tr:has(th:text-is(\"{table}\")) td").Nth(cell);

    private static ILocator Tile(IPage page, string name) => page.Locator($"#tiles div:has(dt:text-is(\"{name}\")) dd");

    private static async Task TabToAsync(IPage page, ILocator target)
    {
        for (int step = 0; step < 12; step++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                return;
            }
        }

        Assert.Fail("the key Tab does not lead there");
    }

    private static async Task MakeTableAsync(Wire wire, string name)
    {
        string keys = "'KeySchema':[{'AttributeName':'id','KeyType':'HASH'}],'AttributeDefinitions':[{'AttributeName':'id','AttributeType':'S'}]";
        Assert.That(
            (await wire.SendAsync("CreateTable", $"{{'TableName':'{name}',{keys},'BillingMode':'PAY_PER_REQUEST'}}")).Status,
            Is.EqualTo(200));
        await ReadFirstAsync(wire, name);
    }

    private static async Task ReadFirstAsync(Wire wire, string name) => Assert.That(
        (await wire.SendAsync("GetItem", $"{{'TableName':'{name}','Key':{{'id':{{'S':'first'}}}}}}")).Status, Is.EqualTo(200));

    /// <summary>A load as of a small shop: few items are read much.</summary>
    private static async Task VisitAsync(Wire wire, string[] tables, CancellationToken end)
    {
        for (int i = 0; !end.IsCancellationRequested; i++)
        {
            string table = tables[i % 5 % 3];
            int item = (int)Math.Pow(Random.Shared.NextDouble() * 5, 3);
            await wire.SendAsync(
                i % 29 == 0 ? "PutItem" : i % 4 == 0 ? "Query" : "GetItem",
                i % 29 == 0 ? $"{{'TableName':'{table}','Item':{{'id':{{'S':'o-{item}'}},'n':{{'N':'{i}'}}}}}}"
                : i % 4 == 0 ? $"{{'TableName':'{table}','KeyConditionExpression':'id = :i','ExpressionAttributeValues':{{':i':{{'S':'o-{item}'}}}}}}"
                : $"{{'TableName':'{table}','Key':{{'id':{{'S':'o-{item}'}}}}}}");
            await Task.Delay(i % 2500 < 900 ? 1 : 0, CancellationToken.None);
        }
    }

    private async Task ReadAsync(CancellationToken end)
    {
        for (int i = 0; !end.IsCancellationRequested; i++)
        {
            await wire.SendAsync("GetItem", $"{{'TableName':'Orders','Key':{{'id':{{'S':'o-{i % 50}'}}}}}}");
            await wire.SendAsync(
                "Query",
                $"{{'TableName':'Orders','KeyConditionExpression':'id = :i','ExpressionAttributeValues':{{':i':{{'S':'o-{i % 10}'}}}}}}");
            if (i % 20 == 0)
            {
                await wire.SendAsync("PutItem", $"{{'TableName':'Orders','Item':{{'id':{{'S':'o-{i % 10}'}},'n':{{'N':'{i}'}}}}}}");
            }
        }
    }

    private async Task<IPage> OpenAsync(ColorScheme scheme = ColorScheme.Light, Uri? endPoint = null, int width = 1280)
    {
        endPoint ??= server.AdminEndPoint;
        troubles.Clear();
        await (context?.DisposeAsync() ?? default);
        context = await browser.NewContextAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 900 } });
        context.SetDefaultTimeout(60_000);
        Assertions.SetDefaultExpectTimeout(60_000);
        context.Request += (_, request) => NoteIf(new Uri(request.Url).Authority != endPoint.Authority, "elsewhere: " + request.Url);
        context.Console += (_, message) => NoteIf(message.Type is "error" or "warning", message.Text);
        context.WebError += (_, error) => NoteIf(true, error.Error);
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(endPoint.AbsoluteUri);
        return page;
    }

    private void NoteIf(bool isTrouble, string what)
    {
        if (isTrouble)
        {
            lock (troubles)
            {
                troubles.Add(what);
            }
        }
    }
}
