using System.Buffers;
using System.Text.Json;
using DaxProxy.Options;
using DaxProxy.Simulation;

namespace DaxProxy.Frontends.Admin;

/// <summary>
/// <c>/api/simulation</c>: GET tells which faults requests have on purpose and how many had some; PUT with
/// <c>{"faults":"orders/PutItem throttle=0.05","seed":7,"onHits":true}</c>, of which the last two may be left out, puts others in their
/// place and counts from the beginning; DELETE ends them. All answer with what GET tells.
/// </summary>
/// <param name="simulation">What goes wrong on purpose.</param>
/// <param name="seed">The seed where none is given.</param>
/// <param name="unread">What answers those whose bodies are not wanted.</param>
/// <param name="onChanged">Told of each change.</param>
internal sealed class SimulationHandler(
    FaultSimulation simulation, int seed, UnreadBodies unread, Action<HttpContext> onChanged)
{
    private static readonly string[] Members = ["faults", "onHits", "seed"];

    public Task HandleAsync(HttpContext context)
    {
        string method = context.Request.Method;
        if (HttpMethods.IsPut(method))
        {
            return JsonBody.HandleAsync(context, unread, request => Read(request, out RunningFaults? rules) is { } fault
                ? ((Func<Task>?)null, fault)
                : (() => ChangeAsync(context, rules), null), method);
        }

        if (HttpMethods.IsDelete(method))
        {
            return unread.AnswerAsync(context, () => ChangeAsync(context, null));
        }

        if (HttpMethods.IsGet(method))
        {
            return unread.AnswerAsync(context, () => SendAsync(context));
        }

        context.Response.Headers.Allow = "GET, PUT, DELETE";
        return unread.AnswerAsync(context, () => AdminReply.ErrorAsync(context, 405, "use GET, PUT or DELETE"));
    }

    private Task ChangeAsync(HttpContext context, RunningFaults? rules)
    {
        simulation.Set(rules);
        onChanged(context);
        return SendAsync(context);
    }

    /// <summary>Returns what is wrong with the body, or null.</summary>
    private string? Read(JsonElement request, out RunningFaults? rules)
    {
        rules = null;
        JsonElement drawn = default, hits = default;
        if (JsonBody.TextOf(request, "faults") is not { } text
            || request.EnumerateObject().Any(member => !Members.Contains(member.Name))
            || (request.TryGetProperty("seed", out drawn) && !(drawn.ValueKind == JsonValueKind.Number && drawn.TryGetInt32(out _)))
            || (request.TryGetProperty("onHits", out hits) && hits.ValueKind is not (JsonValueKind.True or JsonValueKind.False)))
        {
            return "the body must hold faults (a text as in Simulation.Faults) and perhaps seed (a whole number) and onHits (true or "
                + "false), and nothing else";
        }

        if (FaultRules.TryRead(text, out FaultRules read) is { } fault)
        {
            return $"faults: {fault}";
        }

        if (read.IsEmpty)
        {
            return "faults: there is no rule, write one as orders/PutItem throttle=0.05, or use DELETE to end them";
        }

        rules = new RunningFaults(
            read,
            drawn.ValueKind == JsonValueKind.Number ? drawn.GetInt32() : seed,
            hits.ValueKind == JsonValueKind.True,
            isOfAdmin: true);
        return null;
    }

    private Task SendAsync(HttpContext context)
    {
        ArrayBufferWriter<byte> output = new();
        using Utf8JsonWriter writer = new(output);
        writer.WriteStartObject();
        writer.WriteBoolean("on", simulation.Running is not null);
        writer.WriteBoolean("header", simulation.TakesHeader);
        if (simulation.Running is { } running)
        {
            writer.WriteString("setBy", running.IsOfAdmin ? "admin" : "options");
            writer.WriteString("faults", running.Rules.Text);
            writer.WriteNumber("seed", running.Seed);
            writer.WriteBoolean("onHits", running.OnHits);
            writer.WriteStartArray("requests");
            foreach (FaultCounts counts in running.Counts)
            {
                writer.WriteStartObject();
                writer.WriteString("table", counts.Table);
                writer.WriteString("operation", counts.Verb);
                writer.WriteNumber("requests", counts.Requests);
                foreach (FaultKind fault in FaultKinds.All.Where(fault => counts.Of(fault) > 0))
                {
                    writer.WriteNumber(FaultKinds.NameOf(fault), counts.Of(fault));
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.Flush();
        return AdminReply.SendAsync(context, 200, AdminReply.Json, output.WrittenSpan.ToArray());
    }
}
