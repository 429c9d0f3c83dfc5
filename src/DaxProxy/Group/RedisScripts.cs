namespace DaxProxy.Group;

/// <summary>
/// What is done in one step to the list of members, and to the items that they keep for each other.
/// </summary>
/// <remarks>
/// The list is one hash, so that all of it is there or nothing is: of each process the stay, the end of its lease in milliseconds of Redis,
/// whether it was struck, and where clients reach it; beside them, with names that no process has,
/// <code>
/// ~born    when the list was begun
/// ~terms   what the members agree on
/// ~doubt   until when a write of unknown outcome may still arrive
/// ~server  which server this is (its replication id: another one after each start and each promotion)
/// ~epoch   changes when all that is shared ends
/// ~quiet   until when nothing is shared
/// </code>
/// An item is a key of its own: <c>T epoch ticket</c> where one may be stored, under the ticket; <c>V epoch value</c>. Of another epoch
/// than the list's it is none. Until when tickets are not given is in a second hash, by the beginnings of keys; it counts while its
/// <c>~epoch</c> is that of the list, so that Redis may evict any of all this at any time.
/// </remarks>
internal static class RedisScripts
{
    /// <summary>What begins the answer of <see cref="Join"/> to a process that wants other terms than the members have.</summary>
    public const string OtherTerms = "TERMS";

    private const string Now = """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local function later(key, field, span)
            local before = tonumber(redis.call('HGET', key, field) or 0)
            redis.call('HSET', key, field, string.format('%d', math.max(before, now + span)))
        end
        """;

    /// <summary>Ends all that is shared. What is known of tickets goes on to be true.</summary>
    private const string End = """
        local function finish(epoch)
            local before = redis.call('HGET', KEYS[1], '~epoch')
            redis.call('HSET', KEYS[1], '~epoch', epoch)
            if before and redis.call('HGET', KEYS[2], '~epoch') == before then
                redis.call('HSET', KEYS[2], '~epoch', epoch)
            end
        end
        """;

    /// <summary>
    /// Answers: now, since when the list is, what is left of the doubt, then of each member node, stay, end of its lease and address. A
    /// member that leaves the list without a word ends all that is shared: it may have acknowledged what it has not told.
    /// </summary>
    private const string Members = """
        local born = tonumber(redis.call('HGET', KEYS[1], '~born') or now)
        local doubt = tonumber(redis.call('HGET', KEYS[1], '~doubt') or 0)
        local answer = { now, born, math.max(0, doubt - now) }
        local all = redis.call('HGETALL', KEYS[1])
        for i = 1, #all, 2 do
            if string.sub(all[i], 1, 1) ~= '~' then
                local stay, ends, address = string.match(all[i + 1], '^(%x+) (%d+) %d ?(.*)')
                if tonumber(ends) + tonumber(ARGV[1]) < now then
                    redis.call('HDEL', KEYS[1], all[i])
                    finish(stay .. '-gone')
                else
                    answer[#answer + 1] = all[i]
                    answer[#answer + 1] = stay
                    answer[#answer + 1] = ends
                    answer[#answer + 1] = address
                end
            end
        end
        return answer
        """;

    /// <summary>What of a key tickets are withheld by: two of the 43 characters at its end, 4096 in all.</summary>
    private const string Beginning = "-43, -42";

    /// <summary>Begins each script about an item: answers nothing unless items of this server are shared now.</summary>
    private const string Epoch = $"""
        {Now}
        local server, epoch, quiet = unpack(redis.call('HMGET', KEYS[1], '~server', '~epoch', '~quiet'))
        if server ~= ARGV[1] or not epoch or (quiet and tonumber(quiet) >= now) then
            return false
        end
        """;

    /// <summary>
    /// KEYS: members, tickets. ARGV: how long the lost are kept, node, stay, lease, terms, server (empty where nothing is shared), whether
    /// the process was a member before, settle time.
    /// </summary>
    public const string Join = $$"""
        {{Now}}
        {{End}}
        local others = redis.call('HGETALL', KEYS[1])
        local isEmpty = true
        for i = 1, #others, 2 do
            if string.sub(others[i], 1, 1) ~= '~' and others[i] ~= ARGV[2] then
                local ends = string.match(others[i + 1], '^%x+ (%d+)')
                isEmpty = isEmpty and tonumber(ends) + tonumber(ARGV[1]) < now
            end
        end
        if isEmpty then
            redis.call('HSET', KEYS[1], '~terms', ARGV[5])
        elseif redis.call('HGET', KEYS[1], '~terms') ~= ARGV[5] then
            return redis.error_reply('TERMS the members have others')
        end
        if ARGV[6] ~= '' then
            if redis.call('HGET', KEYS[1], '~server') ~= ARGV[6] then
                redis.call('HSET', KEYS[1], '~server', ARGV[6])
                redis.call('HDEL', KEYS[1], '~epoch')
            end
            if ARGV[7] == '1' or redis.call('HEXISTS', KEYS[1], '~epoch') == 0 then
                finish(ARGV[3])
                later(KEYS[1], '~quiet', ARGV[8])
            end
        end
        redis.call('HSETNX', KEYS[1], '~born', string.format('%d', now))
        redis.call('HSET', KEYS[1], ARGV[2], ARGV[3] .. ' ' .. string.format('%d', now + ARGV[4]) .. ' 0')
        {{Members}}
        """;

    /// <summary>
    /// KEYS: members, tickets. ARGV: how long the lost are kept, node, stay, lease, channel, beat, address, how long nothing is
    /// shared. False where the stay is over.
    /// </summary>
    public const string Renew = $$"""
        {{Now}}
        {{End}}
        local stay, ends, struck = string.match(redis.call('HGET', KEYS[1], ARGV[2]) or '', '^(%x+) (%d+) (%d)')
        if stay ~= ARGV[3] or struck ~= '0' or tonumber(ends) <= now then
            return false
        end
        redis.call('HSET', KEYS[1], ARGV[2], ARGV[3] .. ' ' .. string.format('%d', now + ARGV[4]) .. ' 0 ' .. ARGV[7])
        if tonumber(ARGV[8]) > 0 then
            later(KEYS[1], '~quiet', ARGV[8])
        end
        redis.call('PUBLISH', ARGV[5], ARGV[6])
        {{Members}}
        """;

    /// <summary>
    /// KEYS: members, tickets, items that end. ARGV: how long the lost are kept, channel, message, doubt, the next epoch (empty where not
    /// all ends), how long nothing is shared then, and for each item how long no ticket is given.
    /// </summary>
    public const string Announce = $$"""
        {{Now}}
        {{End}}
        redis.call('PUBLISH', ARGV[2], ARGV[3])
        if tonumber(ARGV[4]) > 0 then
            later(KEYS[1], '~doubt', ARGV[4])
        end
        if ARGV[5] ~= '' then
            finish(ARGV[5])
            later(KEYS[1], '~quiet', ARGV[6])
        end
        for i = 3, #KEYS do
            redis.call('DEL', KEYS[i])
            if tonumber(ARGV[4 + i]) > 0 then
                later(KEYS[2], string.sub(KEYS[i], {{Beginning}}), ARGV[4 + i])
            end
        end
        {{Members}}
        """;

    /// <summary>KEYS: members. ARGV: node, stay. Answers what is left of the lease; -1 for another stay, -2 for none.</summary>
    public const string Strike = $$"""
        {{Now}}
        local stay, ends = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^(%x+) (%d+)')
        if not stay then
            return -2
        end
        if stay ~= ARGV[2] then
            return -1
        end
        redis.call('HSET', KEYS[1], ARGV[1], stay .. ' ' .. ends .. ' 1')
        return math.max(0, tonumber(ends) - now)
        """;

    /// <summary>KEYS: members. ARGV: node, stay.</summary>
    public const string Leave = """
        if string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^%x+') == ARGV[2] then
            redis.call('HDEL', KEYS[1], ARGV[1])
        end
        return 1
        """;

    /// <summary>
    /// KEYS: members, tickets, item. ARGV: server, a new ticket, how long it is good for, how long none is given where what withholds them
    /// is lost. Answers V, the value and what is left of its life; or T and a ticket; or nothing. It writes, so that a server that has
    /// become a replica refuses it.
    /// </summary>
    public const string Look = $$"""
        {{Epoch}}
        redis.call('HSETNX', KEYS[1], '~server', server)
        local item = redis.call('GET', KEYS[3])
        local mark = 'V ' .. epoch .. ' '
        if item and string.sub(item, 1, #mark) == mark then
            return { 'V', string.sub(item, #mark + 1), redis.call('PTTL', KEYS[3]) }
        end
        if redis.call('HGET', KEYS[2], '~epoch') ~= epoch then
            redis.call('DEL', KEYS[2])
            redis.call('HSET', KEYS[2], '~epoch', epoch)
            later(KEYS[2], '~all', ARGV[4])
        end
        local all, own = unpack(redis.call('HMGET', KEYS[2], '~all', string.sub(KEYS[3], {{Beginning}})))
        if (all and tonumber(all) >= now) or (own and tonumber(own) >= now) then
            return false
        end
        mark = 'T ' .. epoch .. ' '
        if item and string.sub(item, 1, #mark) == mark then
            return { 'T', string.sub(item, #mark + 1) }
        end
        redis.call('SET', KEYS[3], mark .. ARGV[2], 'PX', ARGV[3])
        return { 'T', ARGV[2] }
        """;

    /// <summary>KEYS: members, tickets, item. ARGV: server, ticket, value, life.</summary>
    public const string Store = $$"""
        {{Epoch}}
        if redis.call('GET', KEYS[3]) ~= 'T ' .. epoch .. ' ' .. ARGV[2] then
            return false
        end
        redis.call('SET', KEYS[3], 'V ' .. epoch .. ' ' .. ARGV[3], 'PX', ARGV[4])
        return 1
        """;

    /// <summary>KEYS: members. ARGV: channel, word.</summary>
    public const string Echo = "return redis.call('PUBLISH', ARGV[1], ARGV[2])";

    /// <summary>Answers which server this is.</summary>
    public const string Identify = "return string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')";

    /// <summary>KEYS: a list of attribute names. ARGV: the names. Answers the names that the key has from now on.</summary>
    public const string Claim = """
        if redis.call('SET', KEYS[1], ARGV[1], 'NX') then
            return ARGV[1]
        end
        return redis.call('GET', KEYS[1])
        """;
}
