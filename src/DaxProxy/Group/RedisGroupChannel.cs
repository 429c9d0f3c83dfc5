using System.Globalization;
using System.Text;
using System.Text.Json;
using DaxProxy.Core.Caching.Group;
using StackExchange.Redis;

namespace DaxProxy.Group;

/// <summary>
/// The channel through a Redis or Valkey server: the list of members is a hash, messages are published, items that members keep for each
/// other are keys.
/// </summary>
/// <remarks>
/// A published message is lost only with a connection, and then <see cref="IGroupListener.OnLost"/> is called. A reply says nothing of the
/// messages published before it, as those are handed over by another way; so a channel is open when a message of its own has come back.
/// </remarks>
internal sealed class RedisGroupChannel : IGroupChannel
{
    /// <summary>A right to store is good for longer than any fetch takes; if it is not, the value is not shared.</summary>
    private const long TicketMilliseconds = 60_000;

    private readonly string configuration;
    private readonly GroupTerms terms;
    private readonly TimeProvider time;
    private readonly RedisAside aside;
    private readonly string prefix;
    private readonly RedisKey members;
    private readonly RedisKey tickets;
    private readonly string messages;
    private readonly string acks;
    private readonly TimeSpan timeout;
    private readonly byte[] own;
    private RedisConnection? connection;

    /// <summary>A channel that is not open.</summary>
    /// <param name="configuration">A StackExchange.Redis configuration string.</param>
    /// <param name="group">Name of the group.</param>
    /// <param name="node">Which of them this is (<see cref="GroupMessage.Node"/>).</param>
    /// <param name="terms">What its members agree on.</param>
    /// <param name="time">The clock.</param>
    public RedisGroupChannel(string configuration, string group, string node, GroupTerms terms, TimeProvider time)
    {
        this.configuration = configuration;
        this.terms = terms;
        this.time = time;
        aside = new RedisAside(time);

        // One slot in a cluster.
        prefix = $"{{dp:{group}}}";
        members = prefix + "members";
        tickets = prefix + "tickets";
        messages = prefix + "inv";
        acks = prefix + "ack:";
        timeout = terms.Lease > TimeSpan.FromSeconds(1) ? terms.Lease : TimeSpan.FromSeconds(1);
        own = Encoding.UTF8.GetBytes($"{{\"{nameof(GroupMessage.Node)}\":\"{JsonEncodedText.Encode(node)}\",");
        Lists = new RedisLists(prefix + "list:", time);
    }

    /// <summary>The attribute lists that members have agreed on.</summary>
    public RedisLists Lists { get; }

    private RedisConnection Redis => connection ?? throw new InvalidOperationException("The channel is not open.");

    /// <summary>Runs a script of what members share besides the group itself.</summary>
    /// <exception cref="InvalidOperationException">The channel is not open.</exception>
    public Task<RedisResult> RunAsync(string script, RedisKey[] keys, RedisValue[] values) => Redis.RunAsync(script, keys, values);

    /// <inheritdoc/>
    public async Task OpenAsync(IGroupListener listener, CancellationToken cancellationToken)
    {
        await CloseAsync().ConfigureAwait(false);
        connection = await RedisConnection.OpenAsync(
            configuration, members, messages, own, listener, terms.SharesItems, timeout, time, cancellationToken).ConfigureAwait(false);
        aside.Begin(connection);
        Lists.Begin(connection);
    }

    /// <inheritdoc/>
    public async Task<Membership> JoinAsync(Stay stay, bool isReturn)
    {
        RedisConnection redis = Redis;
        await redis.HearAcksAsync(acks + stay.Incarnation).ConfigureAwait(false);
        RedisResult answer = await redis.RunAsync(
            RedisScripts.Join,
            [members, tickets],
            [
                KeptFor, stay.Node, stay.Incarnation, LeaseTime, terms.ToString(), redis.Server, isReturn ? 1 : 0,
                MillisecondsOf(GroupTerms.AtLeast(terms.Settle)),
            ]).ConfigureAwait(false);
        return MembershipOf(answer);
    }

    /// <inheritdoc/>
    public async Task<Membership?> RenewAsync(Stay stay, GroupMessage beat, string address, TimeSpan quiet)
    {
        RedisResult answer = await Redis.RunAsync(
            RedisScripts.Renew,
            [members, tickets],
            [
                KeptFor, stay.Node, stay.Incarnation, LeaseTime, messages, BytesOf(beat), address, MillisecondsOf(quiet),
            ]).ConfigureAwait(false);
        return answer.IsNull ? null : MembershipOf(answer);
    }

    /// <inheritdoc/>
    public async Task<Membership> AnnounceAsync(GroupMessage message, TimeSpan doubt, SharedRaise? raise)
    {
        KeyValuePair<string, TimeSpan>[] ended = [.. raise?.Keys ?? new Dictionary<string, TimeSpan>()];
        RedisResult answer = await Redis.RunAsync(
            RedisScripts.Announce,
            [members, tickets, .. ended.Select(item => ItemKey(item.Key))],
            [
                KeptFor, messages, BytesOf(message), MillisecondsOf(doubt),
                raise?.IsAll == true ? $"{message.Incarnation}-{message.Number}" : "", MillisecondsOf(raise?.Quiet ?? TimeSpan.Zero),
                .. ended.Select(item => MillisecondsOf(item.Value)),
            ]).ConfigureAwait(false);
        return MembershipOf(answer);
    }

    /// <inheritdoc/>
    public async Task<(StrikeResult Result, TimeSpan Left)> StrikeAsync(Stay stay)
    {
        long left = (long)await Redis.RunAsync(RedisScripts.Strike, [members], [stay.Node, stay.Incarnation]).ConfigureAwait(false);
        return left switch
        {
            -1 => (StrikeResult.JoinedAgain, default),
            -2 => (StrikeResult.Absent, default),
            _ => (StrikeResult.Struck, TimeSpan.FromMilliseconds(left + 1)),
        };
    }

    /// <inheritdoc/>
    public async Task LeaveAsync(Stay stay) =>
        await Redis.RunAsync(RedisScripts.Leave, [members], [stay.Node, stay.Incarnation]).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task AckAsync(GroupAck ack) =>
        Redis.PublishAsync(acks + ack.To.Incarnation, JsonSerializer.SerializeToUtf8Bytes(ack, GroupJson.Default.GroupAck));

    /// <inheritdoc/>
    public Task EchoAsync(string word) => Redis.EchoAsync(members, messages, word);

    /// <inheritdoc/>
    public async Task<SharedAnswer> LookAsync(string key, string ticket)
    {
        RedisResult? answer = await aside.AskAsync(redis => redis.RunAsideAsync(
            RedisScripts.Look,
            [members, tickets, ItemKey(key)],
            [redis.Server, ticket, TicketMilliseconds, MillisecondsOf(GroupTerms.AtLeast(terms.Settle))])).ConfigureAwait(false);
        return answer is not { IsNull: false } ? default
            : (string?)answer[0] == "V" ? new SharedAnswer((byte[]?)answer[1], TimeSpan.FromMilliseconds((long)answer[2]), null)
            : new SharedAnswer(null, default, (string?)answer[1]);
    }

    /// <inheritdoc/>
    public Task StoreAsync(string key, string ticket, byte[] value, TimeSpan life) => aside.GiveAsync(value.Length, redis =>
        redis.RunAsideAsync(
            RedisScripts.Store,
            [members, tickets, ItemKey(key)],
            [redis.Server, ticket, value, Math.Max(1, (long)life.TotalMilliseconds)]));

    /// <inheritdoc/>
    public Task ForgetAsync(string key) => Redis.ForgetAsideAsync(ItemKey(key));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    private RedisValue KeptFor => MillisecondsOf(terms.KeptFor);

    private RedisValue LeaseTime => MillisecondsOf(terms.Lease);

    private static RedisValue MillisecondsOf(TimeSpan span) => (long)Math.Ceiling(span.TotalMilliseconds);

    private static byte[] BytesOf(GroupMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, GroupJson.Default.GroupMessage);

    private RedisKey ItemKey(string key) => $"{prefix}v:{key}";

    private static Membership MembershipOf(RedisResult answer)
    {
        RedisResult[] parts = (RedisResult[])answer!;
        long now = (long)parts[0];
        List<Member> found = [];
        for (int i = 3; i + 3 < parts.Length; i += 4)
        {
            long ends = long.Parse((string)parts[i + 2]!, CultureInfo.InvariantCulture);
            found.Add(new Member(
                (string)parts[i]!, (string)parts[i + 1]!, TimeSpan.FromMilliseconds(ends - now), (string?)parts[i + 3] ?? ""));
        }

        return new Membership(found, TimeSpan.FromMilliseconds(now - (long)parts[1]), TimeSpan.FromMilliseconds((long)parts[2]));
    }

    private async Task CloseAsync()
    {
        aside.End();
        Lists.End();
        if (connection is { } old)
        {
            connection = null;
            await old.DisposeAsync().ConfigureAwait(false);
        }
    }
}
