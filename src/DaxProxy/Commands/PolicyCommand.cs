using System.CommandLine;
using DaxProxy.Auth;
using DaxProxy.Core.Policies;
using DaxProxy.Options;
using DaxProxy.Policies;

namespace DaxProxy.Commands;

/// <summary>The command <c>policy test</c>: says what the policies of a folder say of an action, and which statement decides.</summary>
internal static class PolicyCommand
{
    private const int Refused = 1;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<string> folder = new("--policies") { Description = "Folder of the policies, as in Auth.PoliciesFolder", Required = true };
        Option<string?> user = new("--user") { Description = "Name of the user: the profile of its key" };
        Option<string?> role = new("--role") { Description = "Name of the role, in the place of a user" };
        Option<string> action = new("--action") { Description = "The action, such as dynamodb:GetItem", Required = true };
        Option<string> resource = new("--resource") { Description = "Resource name of the table or index; * for none", Required = true };
        Option<string[]> keys = new("--key") { Description = "Partition key that the request names; may be repeated" };
        Option<string[]> attributes = new("--attribute") { Description = "Attribute that the request names; may be repeated" };
        Option<string[]> values = new("--set")
        {
            Description = "Another condition key and its value, such as dynamodb:Select=COUNT; may be repeated",
        };
        Option<string> account = new("--account")
        {
            Description = "Number of the account",
            DefaultValueFactory = _ => AuthOptions.LocalAccountId,
        };
        Command test = new("test", "Say whether an action is allowed and why; exit code 0 if it is, 1 if not")
        {
            folder, user, role, action, resource, keys, attributes, values, account,
        };
        test.SetAction((parsed, _) => Task.FromResult(Test(
            parsed.GetValue(folder)!,
            parsed.GetValue(account)!,
            parsed.GetValue(user),
            parsed.GetValue(role),
            parsed.GetValue(action)!,
            parsed.GetValue(resource)!,
            RequestOf(parsed.GetValue(keys)!, parsed.GetValue(attributes)!, parsed.GetValue(values)!),
            Console.Out,
            Console.Error)));
        return new Command("policy", "Try out who may do what") { test };
    }

    /// <summary>Says what policies say. Returns the exit code.</summary>
    internal static int Test(
        string folder,
        string account,
        string? user,
        string? role,
        string action,
        string resource,
        Action<RequestContext> describe,
        TextWriter output,
        TextWriter errors)
    {
        if (user is null == role is null)
        {
            errors.WriteLine("Say who asks: --user NAME or --role NAME");
            return ExitCode.UsageFault;
        }

        PolicySet policies;
        try
        {
            policies = PolicyFolder.Read(folder, account);
        }
        catch (IOException fault)
        {
            errors.WriteLine(fault.Message);
            return ExitCode.UsageFault;
        }

        if (!(user is null ? policies.Roles : policies.Users).ContainsKey((user ?? role)!))
        {
            errors.WriteLine($"{folder} says nothing of the {(user is null ? "role" : "user")} {user ?? role}, so nothing is allowed");
            return Refused;
        }

        Principal principal = policies.PrincipalOf(user is not null
            ? new Identity(user)
            : new Identity(role!, new Session(role!, "test", 0, 0, new Dictionary<string, string>(), "", "")));
        RequestContext known = principal.Describe(), request = new(known);
        describe(request);
        Verdict verdict = Verdict.Of(principal, known, action, resource);
        Decision decision = verdict.Decide(request);
        string by = decision.Statement is { } statement ? $"by {statement.Name}" : decision.ReasonOf(action);
        output.WriteLine($"{(decision.IsAllowed ? "allowed" : "refused")} {by}");
        if (verdict.Outcome == Outcome.Depends)
        {
            IEnumerable<string> keys = verdict.ConditionKeys.Distinct(StringComparer.OrdinalIgnoreCase);
            output.WriteLine("depends on " + string.Join(", ", keys.Select(key =>
                $"{key} ({(request.TryGet(key, out IReadOnlyList<string>? all) ? string.Join(", ", all) : "not said")})")));
        }

        return decision.IsAllowed ? 0 : Refused;
    }

    private static Action<RequestContext> RequestOf(string[] keys, string[] attributes, string[] values) => request =>
    {
        if (keys.Length > 0)
        {
            request.Set("dynamodb:LeadingKeys", keys);
        }

        if (attributes.Length > 0)
        {
            request.Set("dynamodb:Attributes", attributes);
        }

        foreach (IGrouping<string, string[]> each in values.Select(value => value.Split('=', 2))
            .GroupBy(pair => pair[0], StringComparer.OrdinalIgnoreCase))
        {
            request.Set(each.Key, [.. each.Select(pair => pair.ElementAtOrDefault(1) ?? "")]);
        }
    };
}
