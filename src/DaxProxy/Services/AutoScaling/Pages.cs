using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Services.Codecs;
using DaxProxy.Services.Model;

namespace DaxProxy.Services.AutoScaling;

/// <summary>Long lists, a page at a time.</summary>
internal static class Pages
{
    private const int MaxResults = 50;

    /// <summary>The page that an input asks for.</summary>
    /// <param name="input">May have <c>MaxResults</c> and <c>NextToken</c>.</param>
    /// <param name="member">What the list is called.</param>
    /// <param name="all">All there is, in order.</param>
    /// <param name="keyOf">What one is found by, of which no two have the same.</param>
    /// <param name="show">How one is shown.</param>
    public static ServiceAnswer Of<T>(
        JsonElement input, string member, IEnumerable<T> all, Func<T, string> keyOf, Func<T, JsonObject> show)
    {
        int most = Inputs.Integer(input, "MaxResults") ?? MaxResults;
        if (most < 1)
        {
            return AutoScalingFaults.Invalid("MaxResults must be greater than or equal to 1");
        }

        List<T> rest = [.. all];
        if (Inputs.Text(input, "NextToken") is { } token)
        {
            int at = rest.FindIndex(one => keyOf(one) == token);
            if (at < 0)
            {
                return AutoScalingFaults.BadToken;
            }

            rest.RemoveRange(0, at + 1);
        }

        List<T> page = [.. rest.Take(Math.Min(most, MaxResults))];
        JsonObject answer = new() { [member] = JsonLists.Of(page.Select(show)) };
        if (page.Count < rest.Count)
        {
            answer["NextToken"] = keyOf(page[^1]);
        }

        return answer;
    }
}
