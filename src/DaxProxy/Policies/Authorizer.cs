using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Text;
using DaxProxy.Auth;
using DaxProxy.Backends;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Policies;
using DaxProxy.Core.Tables;
using DaxProxy.Forwarding;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Policies;

/// <summary>Decides whether callers may do what they ask for, before anything else is found out about it.</summary>
/// <remarks>
/// Thread-safe. It stands in the front ends, behind the checks that need no table and in front of everything that could answer: so a
/// request is judged alike whether an answer is cached or not, and what is refused leaves no trace and tells of nothing. What one caller
/// may do is sorted out once (<see cref="Access"/>) and thrown away with all the rest when a policy changes, be it a file or that of a
/// table. The change is acknowledged after that.
/// </remarks>
internal sealed class Authorizer
{
    /// <summary>Longest name of an action or resource that is written down: no real one is longer.</summary>
    private const int LongestName = 2048;

    /// <summary>The label of refused actions that are not known here: clients can ask for any.</summary>
    private const string UnknownActions = "(unknown)";

    /// <summary>Most resources that are known at once; more begin again from nothing.</summary>
    private const int MaxKnown = 4096;

    /// <summary>What can be done with a table by the DAX protocol, and what tells its key by the other one.</summary>
    private static readonly string[] ActionsOfTables =
    [
        nameof(GetItem), nameof(PutItem), nameof(UpdateItem), nameof(DeleteItem), nameof(Query), nameof(Scan), nameof(BatchGetItem),
        nameof(BatchWriteItem), "ConditionCheckItem", nameof(DescribeTable),
    ];

    private static readonly Demand AnyTable = new(nameof(DescribeTable), Demand.Any);

    private static readonly Decision Implicit = new(false, PolicySource.Identity, null);

    private readonly PolicyFolder folder;
    private readonly ResourceNames names;
    private readonly Demands demands;
    private readonly BackendStack backends;
    private readonly bool isLocal;
    private readonly bool daxActionsOnly;
    private readonly AuditLog? audit;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<string, long> refusals = new(StringComparer.Ordinal);
    private volatile Generation generation;

    private Authorizer(PolicyFolder folder, ProxyOptions options, BackendStack backends, AuditLog? audit, TimeProvider time)
    {
        this.folder = folder;
        this.backends = backends;
        this.audit = audit;
        this.time = time;
        isLocal = options.Backend.Kind == BackendKind.Local;
        daxActionsOnly = options.Auth.DaxActionsOnly;
        names = new ResourceNames(options.Backend.EffectiveRegion, options.Auth.EffectiveAccountId, keepsOthers: !isLocal);
        demands = new Demands(names);
        generation = new Generation(folder.Current);
    }

    /// <summary>The users and roles as they are now.</summary>
    public PolicySet Policies => folder.Current;

    /// <summary>Makes what the options ask for; null where there are no policies.</summary>
    /// <exception cref="IOException">The policies or the audit log cannot be used. The message names the option and the remedy.</exception>
    public static Authorizer? Of(
        ProxyOptions options, BackendStack backends, AuditLog? audit, ILogger logger, TimeProvider time) =>
        PolicyFolder.Of(options.Auth, logger, time) is { } folder ? new Authorizer(folder, options, backends, audit, time) : null;

    /// <summary>Shows how much was refused as an instrument.</summary>
    public void ShowOn(Meter meter) => meter.CreateObservableCounter(
        "daxproxy.policy.refusals",
        () => refusals.Select(action => new Measurement<long>(action.Value, new KeyValuePair<string, object?>("action", action.Key))),
        null,
        "Actions that policies refused.");

    /// <summary>What a caller may do, as far as it follows from policies.</summary>
    public Access AccessOf(Identity caller) => Now().AccessOf(caller);

    /// <summary>What a request is refused with; null when it may be done.</summary>
    /// <param name="operation">The request, which has passed the checks that need no table.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="origin">Where it comes from.</param>
    /// <param name="cancellationToken">The caller gave up.</param>
    public ValueTask<DynamoError?> CheckAsync(
        Operation operation, Identity caller, RequestOrigin origin, CancellationToken cancellationToken)
    {
        Generation now = Now();
        Access access = now.AccessOf(caller);
        return operation is BatchExecuteStatement batch
            ? CheckEachAsync(now, access, batch, origin, cancellationToken)
            : CheckAllAsync(now, access, operation, DemandsOf(operation), origin, cancellationToken);
    }

    /// <summary>What a request of a service beside DynamoDB is refused with; null when it may be done.</summary>
    /// <param name="service">The service: <c>cloudwatch</c>.</param>
    /// <param name="operation">The operation, which is the name of its action.</param>
    /// <param name="resources">Names of the resources, each of which has to be allowed.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="origin">Where it comes from.</param>
    public DynamoError? CheckService(
        string service, string operation, IReadOnlyList<string> resources, Identity caller, RequestOrigin origin)
    {
        Access access = Now().AccessOf(caller);
        string action = $"{service}:{operation}";
        foreach (string resource in resources)
        {
            Verdict verdict = access.VerdictOf(action, new Demand(operation, resource), resource, ResourceFacts.None);
            RequestContext request = new(access.Known);
            AddOrigin(request, origin);
            if (verdict.Outcome != Outcome.Always && verdict.Decide(request) is { IsAllowed: false } decision)
            {
                return Refuse(access, action, resource, origin, decision);
            }
        }

        if (audit is not null && IsAdministrative(operation))
        {
            audit.Write(RecordOf(access, action, resources[0], origin, null, null, isAllowed: true));
        }

        return null;
    }

    /// <summary>Judges a DAX request before its tables are looked for, without which it cannot be decoded.</summary>
    /// <param name="verb">What is asked.</param>
    /// <param name="tables">Names of the tables that it names.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="origin">Where it comes from.</param>
    public async ValueTask<UnreadVerdict> JudgeUnreadAsync(
        Verb verb, IReadOnlyList<string> tables, Identity caller, RequestOrigin origin)
    {
        Generation now = Now();
        Access access = now.AccessOf(caller);
        string[] actions = ActionsOf(verb);
        if (actions.All(action => access.VerdictOf("dax:" + action, AnyTable, names.Cluster, ResourceFacts.None).Outcome == Outcome.Never))
        {
            string action = "dax:" + actions[0];
            Verdict verdict = access.VerdictOf(action, AnyTable, names.Cluster, ResourceFacts.None);
            return new UnreadVerdict(Refuse(access, action, names.Cluster, origin, verdict.Decide(access.Known)), null);
        }

        DynamoError? uncertain = null;
        foreach (string table in tables)
        {
            // An index may be allowed where its table is not.
            bool isPossible = verb == Query.Definition || verb == Scan.Definition;
            foreach (Demand demand in actions.Select(action => demands.OnTable(action, table, null)))
            {
                bool isAllowed = true;
                foreach ((string action, string resource) in NeedsOf(demand, origin.Wire))
                {
                    ResourceFacts facts = await FactsOfAsync(now, resource, demand).ConfigureAwait(false);
                    Outcome outcome = access.VerdictOf(action, demand, resource, facts).Outcome;
                    if (outcome != Outcome.Always)
                    {
                        uncertain ??= AccessFaults.Denied(
                            access.Principal.Arn, HiddenAction(verb), daxActionsOnly ? names.Cluster : demand.Resource, null);
                    }

                    isAllowed &= outcome != Outcome.Never;
                }

                isPossible |= isAllowed;
            }

            if (!isPossible)
            {
                // It is refused in any case, so the table is not even looked for, nor a remote backend asked.
                NoteHidden(verb, table, caller, origin, "no policy allows it, whatever the request says");
                return new UnreadVerdict(uncertain, null);
            }
        }

        return new UnreadVerdict(null, uncertain);
    }

    /// <summary>
    /// What a DAX client is refused with that asks for the key of a table, without which it can say nothing about it; null where there is
    /// anything that it may do with the table or one of its indexes.
    /// </summary>
    /// <param name="table">Name of the table.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="origin">Where it comes from.</param>
    /// <param name="cancellationToken">The caller gave up.</param>
    public async ValueTask<DynamoError?> CheckKeySchemaAsync(
        string table, Identity caller, RequestOrigin origin, CancellationToken cancellationToken)
    {
        if (CheckProtocol(caller, origin) is { } refusal)
        {
            // Without a look for the table, which a remote backend would have to be asked for.
            return refusal;
        }

        Generation now = Now();
        Access access = now.AccessOf(caller);
        List<Demand> possible = [.. ActionsOfTables.Select(action => demands.OnTable(action, table, null))];
        if (await FindTableAsync(table, cancellationToken).ConfigureAwait(false) is { } found)
        {
            possible.AddRange(found.Indexes.Keys.SelectMany(index => (string[])[nameof(Query), nameof(Scan)], (index, action) =>
                demands.OnTable(action, table, null) with { Resource = names.Index(table, index), IndexName = index }));
        }

        foreach (Demand demand in possible)
        {
            bool isPossible = true;
            foreach ((string action, string resource) in NeedsOf(demand, origin.Wire))
            {
                ResourceFacts facts = await FactsOfAsync(now, resource, demand).ConfigureAwait(false);
                isPossible &= access.VerdictOf(action, demand, resource, facts).Outcome != Outcome.Never;
            }

            if (isPossible)
            {
                return null;
            }
        }

        return Refuse(access, "dynamodb:DescribeTable", names.Table(table), origin, Implicit);
    }

    /// <summary>The refusal for a DAX client that may do nothing at all over this protocol; null for others.</summary>
    public DynamoError? CheckProtocol(Identity caller, RequestOrigin origin)
    {
        Access access = Now().AccessOf(caller);
        string[] actions = [.. ActionsOfTables.Select(action => "dax:" + action)];
        return Array.Exists(
            actions, action => access.VerdictOf(action, AnyTable, names.Cluster, ResourceFacts.None).Outcome != Outcome.Never)
            ? null
            : Refuse(
                access,
                actions[0],
                names.Cluster,
                origin,
                access.VerdictOf(actions[0], AnyTable, names.Cluster, ResourceFacts.None).Decide(access.Known));
    }

    /// <summary>Writes down that a DAX request was refused for what could not be told apart.</summary>
    public void NoteHidden(Verb verb, string table, Identity caller, RequestOrigin origin) =>
        NoteHidden(verb, table, caller, origin, "the table is not there, or the request does not fit it");

    private void NoteHidden(Verb verb, string table, Identity caller, RequestOrigin origin, string reason)
    {
        Count(HiddenAction(verb));
        audit?.Write(RecordOf(AccessOf(caller), HiddenAction(verb), names.Table(table), origin, null, reason, isAllowed: false));
    }

    /// <summary>Forgets what follows from policies. To be called before a change of one is acknowledged.</summary>
    public void Renew() => generation = new Generation(folder.Current);

    /// <summary>Writes down what was done about the sessions of roles.</summary>
    public void Note(AuditRecord record) => audit?.Write(record);

    /// <summary>What a DAX request is said to have lacked where more is not said.</summary>
    private string HiddenAction(Verb verb) => (daxActionsOnly ? "dax:" : "dynamodb:") + verb.Name;

    /// <summary>Whether a verb manages something and does not only tell of it.</summary>
    private static bool IsAdministrative(Verb verb) => verb.IsControlPlane && IsAdministrative(verb.Name);

    private static bool IsAdministrative(string name) => !name.StartsWith("Describe", StringComparison.Ordinal)
        && !name.StartsWith("List", StringComparison.Ordinal)
        && !name.StartsWith("Get", StringComparison.Ordinal);

    /// <summary>The actions that a verb of the DAX protocol may come to.</summary>
    private static string[] ActionsOf(Verb verb) =>
        verb == TransactWriteItems.Definition ? [nameof(PutItem), nameof(UpdateItem), nameof(DeleteItem), "ConditionCheckItem"]
        : verb == TransactGetItems.Definition ? [nameof(GetItem)]
        : [verb.Name];

    private Generation Now()
    {
        Generation now = generation;
        PolicySet policies = folder.Current;
        if (now.Policies != policies)
        {
            generation = now = new Generation(policies);
        }

        return now;
    }

    private IReadOnlyList<Demand> DemandsOf(Operation operation)
    {
        if (operation is not ForwardedRequest forwarded)
        {
            return demands.Of(operation);
        }

        if (forwarded.Meaning is null)
        {
            // A verb that is not known here: there is only its name.
            string name = forwarded.Target[(forwarded.Target.IndexOf('.') + 1)..];
            return [new Demand(name, Demand.Any) { IsActionUnknown = true, IsResourceUnknown = true, IsContentUnknown = true }];
        }

        List<Demand> all = [.. demands.Of(forwarded.Meaning)];

        // What is read of a request has the names of its tables. One that was given by its resource name may be another account's, and then
        // both are asked for.
        foreach (string arn in forwarded.NamedTables.Where(table => TableNames.IsArn(table) && names.TableNameOf(table) is null).Distinct())
        {
            string own = names.Table(TableCatalog.PlainName(arn));
            all.AddRange(all.Where(demand => demand.Resource.StartsWith(own, StringComparison.Ordinal)).ToList()
                .ConvertAll(demand => demand with { Resource = arn + demand.Resource[own.Length..], TableName = null }));
        }

        return all;
    }

    private async ValueTask<DynamoError?> CheckAllAsync(
        Generation now,
        Access access,
        Operation operation,
        IReadOnlyList<Demand> all,
        RequestOrigin origin,
        CancellationToken cancellationToken)
    {
        foreach (Demand demand in all)
        {
            if (await CheckOneAsync(now, access, demand, origin, cancellationToken).ConfigureAwait(false) is { } refusal)
            {
                return refusal;
            }
        }

        if (UnusablePolicyIn(operation) is { } unusable)
        {
            return unusable;
        }

        if (audit is not null && IsAdministrative(operation.Verb))
        {
            audit.Write(RecordOf(access, "dynamodb:" + all[0].Action, all[0].Resource, origin, null, null, isAllowed: true));
        }

        return null;
    }

    /// <summary>A member of a batch that is not allowed is refused by itself.</summary>
    private async ValueTask<DynamoError?> CheckEachAsync(
        Generation now, Access access, BatchExecuteStatement batch, RequestOrigin origin, CancellationToken cancellationToken)
    {
        foreach (ExecuteStatement statement in batch.Statements)
        {
            foreach (Demand demand in demands.OfMember(batch, statement))
            {
                statement.Refusal ??= await CheckOneAsync(now, access, demand, origin, cancellationToken).ConfigureAwait(false);
            }
        }

        return null;
    }

    private async ValueTask<DynamoError?> CheckOneAsync(
        Generation now, Access access, Demand demand, RequestOrigin origin, CancellationToken cancellationToken)
    {
        List<Verdict> verdicts = [];
        foreach ((string action, string resource) in NeedsOf(demand, origin.Wire))
        {
            ResourceFacts facts = await FactsOfAsync(now, resource, demand).ConfigureAwait(false);
            Verdict verdict = access.VerdictOf(action, demand, resource, facts);
            verdicts.Add(verdict);
            if (verdict.Outcome == Outcome.Always)
            {
                continue;
            }

            RequestContext request = new(facts.Over(access.Known));
            AddOrigin(request, origin);
            if (verdict.Outcome == Outcome.Depends)
            {
                if (demand.IsContentUnknown)
                {
                    return Refuse(access, action, resource, origin, Implicit, demand);
                }

                TableInfo? table = verdict.NeedsSchema && demand.TableName is not null
                    ? await FindTableAsync(demand.TableName, cancellationToken).ConfigureAwait(false)
                    : null;
                if (verdict.NeedsSchema && !isLocal && !Knows(table, demand.IndexName))
                {
                    // Which attribute leads is not known, so the backend might answer for any key.
                    return Refuse(access, action, resource, origin, Implicit);
                }

                RequestValues.Add(request, demand, table);
            }

            Decision decision = verdict.Decide(request);
            if (!decision.IsAllowed)
            {
                return Refuse(access, action, resource, origin, decision, demand);
            }
        }

        if (UseOf(demand, origin.Wire) is { } use)
        {
            string source = demand.IndexName is null ? demand.TableName! : $"{demand.TableName}/index/{demand.IndexName}";
            access.Teach(use, source, [.. verdicts]);
        }

        return null;
    }

    /// <summary>Whether it is known which attributes are the key of a table or of its index.</summary>
    private static bool Knows(TableInfo? table, string? indexName) =>
        table is not null && (indexName is null || table.Indexes.ContainsKey(indexName));

    /// <summary>The requests that such an answered one teaches peeks about; null for none.</summary>
    private static PeekUse? UseOf(Demand demand, Frontend wire) =>
        demand.TableName is null || demand.EnclosingOperation is not null ? null
        : demand.Subject is GetItem ? wire == Frontend.Dax ? PeekUse.DaxGetItem : PeekUse.JsonGetItem
        : demand.Subject is Query && wire == Frontend.Http ? PeekUse.JsonQuery
        : null;

    /// <summary>Actions and resources that a demand comes to on a wire.</summary>
    private IEnumerable<(string Action, string Resource)> NeedsOf(Demand demand, Frontend wire)
    {
        if (wire == Frontend.Dax)
        {
            yield return ("dax:" + demand.Action, names.Cluster);
        }

        if (wire != Frontend.Dax || !daxActionsOnly)
        {
            yield return ("dynamodb:" + demand.Action, demand.Resource);
        }
    }

    private DynamoError Refuse(
        Access access, string action, string resource, RequestOrigin origin, Decision decision, Demand? demand = null)
    {
        string reason = decision.ReasonOf(action);
        Count(demand is { IsActionUnknown: true } ? UnknownActions : action);
        audit?.Write(RecordOf(access, action, resource, origin, decision.Statement?.Name, reason, isAllowed: false));
        return AccessFaults.Denied(access.Principal.Arn, action, resource, reason);
    }

    private void Count(string action) => refusals.AddOrUpdate(action, 1, static (_, count) => count + 1);

    private AuditRecord RecordOf(
        Access access, string action, string resource, RequestOrigin origin, string? statement, string? reason, bool isAllowed) =>
        new(time.GetUtcNow(), access.Principal.Arn, origin, Short(action), Short(resource), isAllowed, statement, reason);

    /// <summary>What a client calls things may be as long as a request.</summary>
    private static string Short(string name) => name.Length <= LongestName ? name : name[..LongestName];

    /// <summary>
    /// A policy that is to be stored has to be one that can be enforced here. This is asked of those only who may store one.
    /// </summary>
    private static DynamoError? UnusablePolicyIn(Operation operation)
    {
        string? document = operation is PutResourcePolicy put ? put.Policy : (operation as CreateTable)?.ResourcePolicy;
        if (document is null)
        {
            return null;
        }

        TryParse(document, out IReadOnlyList<PolicyFault> faults);
        return faults.Count == 0 ? null : ResourcePolicyFaults.InvalidDocument(faults[0].Reason);
    }

    private static Policy? TryParse(string document, out IReadOnlyList<PolicyFault> faults) =>
        PolicyParser.TryParse(Encoding.UTF8.GetBytes(document), "resource policy", PolicyKind.Resource, out faults);

    /// <summary>Adds what conditions can ask about when, whence and how a request came.</summary>
    public void AddOrigin(RequestContext request, RequestOrigin origin)
    {
        DateTimeOffset now = time.GetUtcNow();
        request.Set("aws:CurrentTime", now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        request.Set("aws:EpochTime", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Set("aws:SecureTransport", origin.IsSecure ? "true" : "false");
        request.Set("aws:RequestedRegion", names.Region);
        if (origin.Address is { } address)
        {
            IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            request.Set("aws:SourceIp", plain.ToString());
        }

        if (origin.UserAgent is { Length: > 0 } agent)
        {
            request.Set("aws:UserAgent", agent);
        }
    }

    private async ValueTask<TableInfo?> FindTableAsync(string name, CancellationToken cancellationToken) =>
        await backends.Catalog.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } known
            ? known.Info
            : await backends.Outermost.ExecuteAsync(new DescribeTable { TableName = name }, cancellationToken).ConfigureAwait(false)
                is TableReply described
                ? TableInfo.Of(described.Table)
                : null;

    /// <summary>
    /// Policy and tags of a table or stream of the embedded engine. Those of a remote backend are about its own callers, of whom there is
    /// one.
    /// </summary>
    private ValueTask<ResourceFacts> FactsOfAsync(Generation now, string resource, Demand demand)
    {
        if (!isLocal || demand.TableName is null || resource == names.Cluster)
        {
            return new(ResourceFacts.None);
        }

        string owner = resource.Contains("/stream/", StringComparison.Ordinal) ? resource : names.Table(demand.TableName);
        return now.Facts.TryGetValue(owner, out ResourceFacts? known) ? new(known) : new(LearnAsync(now, owner));
    }

    private async Task<ResourceFacts> LearnAsync(Generation now, string owner)
    {
        GetResourcePolicy ask = new() { ResourceArn = owner };
        if (ask.Validate(ValidationLayer.Older) is not null)
        {
            return ResourceFacts.None;
        }

        Policy? policy = null;
        switch (await backends.Outermost.ExecuteAsync(ask, CancellationToken.None).ConfigureAwait(false))
        {
            case ResourcePolicyReply { Policy: { } document }:
                policy = TryParse(document, out _) ?? ResourceFacts.Unreadable;
                break;
            case ErrorReply { Error.Name: "PolicyNotFoundException" }:
                break;
            case ErrorReply { Error.Name: "ResourceNotFoundException" }:
                // It may be on its way: nothing of this is kept.
                return ResourceFacts.None;
            default:
                return new ResourceFacts(ResourceFacts.Unreadable, []);
        }

        Reply tagged = await backends.Outermost.ExecuteAsync(new ListTagsOfResource { ResourceArn = owner }, CancellationToken.None)
            .ConfigureAwait(false);
        ResourceFacts facts = new(policy, (tagged as ListTagsOfResourceReply)?.Tags ?? []);
        if (tagged is not ListTagsOfResourceReply)
        {
            return facts;
        }

        if (now.Facts.Count >= MaxKnown)
        {
            now.Facts.Clear();
        }

        return now.Facts.GetOrAdd(owner, facts);
    }

    /// <summary>
    /// What follows from the policies as they are between two changes of one. A request stays with the one that it began with, so that
    /// nothing of before a change is kept behind it.
    /// </summary>
    private sealed class Generation(PolicySet policies)
    {
        private static long made;

        private readonly long number = Interlocked.Increment(ref made);

        public PolicySet Policies => policies;

        public ConcurrentDictionary<string, ResourceFacts> Facts { get; } = new(StringComparer.Ordinal);

        /// <summary>What is kept of a caller goes with its identity: there are as many as keys, and as sessions are known.</summary>
        public Access AccessOf(Identity caller)
        {
            if (caller.Memo is Judged known && known.Generation == number)
            {
                return known.Access;
            }

            Access access = new(policies.PrincipalOf(caller), caller.Session is not null);
            caller.Memo = new Judged(number, access);
            return access;
        }

        /// <summary>What a caller may do, as of a generation: its number only, so that an idle caller holds on to none.</summary>
        private sealed record Judged(long Generation, Access Access);
    }
}
