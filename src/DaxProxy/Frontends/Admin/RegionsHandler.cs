using System.Buffers;
using System.Text.Json;
using DaxProxy.Engine.Regions;

namespace DaxProxy.Frontends.Admin;

/// <summary>
/// <c>/api/regions</c>: GET tells the regions, what replication between them is to suffer, and how far each replica is; PUT with
/// <c>{"delay":2,"jitter":1,"partitions":0.1,"seed":7,"cuts":[{"from":"us-east-1","to":"eu-west-1"}]}</c>, of which each may be left out,
/// changes what it names; DELETE lets all go on at once. All answer with what GET tells.
/// </summary>
/// <param name="tables">The global tables; null where there is but one region.</param>
/// <param name="unread">What answers those whose bodies are not wanted.</param>
/// <param name="onChanged">Told of each change.</param>
internal sealed class RegionsHandler(GlobalTables? tables, UnreadBodies unread, Action<HttpContext> onChanged)
{
    private const double MostSeconds = 3600;
    private const string Remedy = "the body may hold delay and jitter (seconds from 0 to 3600), partitions (a share from 0 to 1), seed "
        + "(a whole number) and cuts (a list of from and to, each a region), and nothing else";

    private static readonly string[] Members = ["cuts", "delay", "jitter", "partitions", "seed"];

    public Task HandleAsync(HttpContext context)
    {
        if (tables is null)
        {
            return unread.AnswerAsync(
                context, () => AdminReply.ErrorAsync(context, 404, "there is but one region; name several by Backend.Regions"));
        }

        string method = context.Request.Method;
        if (HttpMethods.IsPut(method))
        {
            return JsonBody.HandleAsync(context, unread, request => Read(request) is { } change
                ? (() => ChangeAsync(context, change.Faults, change.Cuts), null)
                : ((Func<Task>?)null, Remedy), method);
        }

        if (HttpMethods.IsDelete(method))
        {
            return unread.AnswerAsync(context, () => ChangeAsync(context, new ReplicationFaults(), []));
        }

        if (HttpMethods.IsGet(method))
        {
            return unread.AnswerAsync(context, () => SendAsync(context));
        }

        context.Response.Headers.Allow = "GET, PUT, DELETE";
        return unread.AnswerAsync(context, () => AdminReply.ErrorAsync(context, 405, "use GET, PUT or DELETE"));
    }

    private Task ChangeAsync(HttpContext context, ReplicationFaults faults, IReadOnlyList<(string From, string To)>? cuts)
    {
        ReplicationWeather weather = tables!.Weather;
        weather.Faults = faults;
        if (cuts is not null)
        {
            foreach ((string from, string to) in weather.Cuts.ToList())
            {
                weather.Cut(from, to, isCut: false);
            }

            foreach ((string from, string to) in cuts)
            {
                weather.Cut(from, to, isCut: true);
            }
        }

        onChanged(context);
        return SendAsync(context);
    }

    private (ReplicationFaults Faults, IReadOnlyList<(string From, string To)>? Cuts)? Read(JsonElement request)
    {
        ReplicationFaults faults = tables!.Weather.Faults;
        if (request.EnumerateObject().Any(member => !Members.Contains(member.Name))
            || !TryNumber(request, "delay", faults.Delay.TotalSeconds, MostSeconds, out double delay)
            || !TryNumber(request, "jitter", faults.Jitter.TotalSeconds, MostSeconds, out double jitter)
            || !TryNumber(request, "partitions", faults.PartitionShare, 1, out double share)
            || !TryNumber(request, "seed", faults.Seed, int.MaxValue, out double seed))
        {
            return null;
        }

        List<(string From, string To)>? cuts = null;
        if (request.TryGetProperty("cuts", out JsonElement listed))
        {
            if (listed.ValueKind != JsonValueKind.Array)
            {
                return null;
            }

            cuts = [];
            foreach (JsonElement pair in listed.EnumerateArray())
            {
                if (pair.ValueKind != JsonValueKind.Object
                    || JsonBody.TextOf(pair, "from") is not { } from
                    || JsonBody.TextOf(pair, "to") is not { } to
                    || from == to
                    || !tables.Regions.Contains(from)
                    || !tables.Regions.Contains(to))
                {
                    return null;
                }

                cuts.Add((from, to));
            }
        }

        return (
            new ReplicationFaults
            {
                Delay = TimeSpan.FromSeconds(delay),
                Jitter = TimeSpan.FromSeconds(jitter),
                PartitionShare = share,
                Seed = (int)seed,
            },
            cuts);
    }

    private static bool TryNumber(JsonElement request, string name, double absent, double most, out double value)
    {
        value = absent;
        return !request.TryGetProperty(name, out JsonElement member)
            || (member.ValueKind == JsonValueKind.Number && member.TryGetDouble(out value) && value >= 0 && value <= most);
    }

    private Task SendAsync(HttpContext context)
    {
        ArrayBufferWriter<byte> output = new();
        using Utf8JsonWriter writer = new(output);
        ReplicationWeather weather = tables!.Weather;
        ReplicationFaults faults = weather.Faults;
        writer.WriteStartObject();
        writer.WriteStartArray("regions");
        foreach (string region in tables.Regions)
        {
            writer.WriteStringValue(region);
        }

        writer.WriteEndArray();
        writer.WriteNumber("delay", faults.Delay.TotalSeconds);
        writer.WriteNumber("jitter", faults.Jitter.TotalSeconds);
        writer.WriteNumber("partitions", faults.PartitionShare);
        writer.WriteNumber("seed", faults.Seed);
        writer.WriteStartArray("cuts");
        foreach ((string from, string to) in weather.Cuts.Order())
        {
            writer.WriteStartObject();
            writer.WriteString("from", from);
            writer.WriteString("to", to);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("replicas");
        foreach (ReplicationStatus status in tables.Statuses)
        {
            writer.WriteStartObject();
            writer.WriteString("table", status.TableName);
            writer.WriteString("from", status.From);
            writer.WriteString("to", status.To);
            writer.WriteBoolean("cut", status.IsCut);
            writer.WriteNumber("pending", status.Pending);
            if (status.OldestAge is { } age)
            {
                writer.WriteNumber("oldestSeconds", Math.Round(age.TotalSeconds, 3));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return AdminReply.SendAsync(context, 200, AdminReply.Json, output.WrittenSpan.ToArray());
    }
}
