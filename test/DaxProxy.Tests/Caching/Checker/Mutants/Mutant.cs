namespace DaxProxy.Tests.Caching.Checker.Mutants;

/// <summary>A rule of the caches that is broken on purpose, to see that the check finds it.</summary>
/// <param name="Name">Which rule.</param>
/// <param name="File">The source file, below the folder of the caches.</param>
/// <param name="Old">The text that keeps the rule; it stands in the file exactly once.</param>
/// <param name="New">What takes its place.</param>
public sealed record Mutant(string Name, string File, string Old, string New)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Mutant> All { get; } =
    [
        // Raising fences.
        new("no raise after a write", "Writes/WriteFlight.cs", "if (outcome == WriteOutcome.NoEffect)", "if (outcome == WriteOutcome.Exact)"),
        new("no raise without images", "Writes/WriteFlight.cs", "images is null ? WriteOutcome.Drop", "images is null ? WriteOutcome.NoEffect"),
        new("no raise after an unknown outcome", "Writes/WriteFlight.cs", "return WriteOutcome.Unknown;", "return WriteOutcome.NoEffect;"),
        new("a write that was sent again is as it was answered", "Writes/WriteFlight.cs", "null or { Effect: KnownEffect.Unknown } => true,", "null => true,"),
        new("no version at the end of a write", "Items/KeyFences.cs",
            "fence.Version++;\n            fence.WritesInFlight--;", "fence.WritesInFlight--;"),
        new("images of overlapping writes are stored", "Items/KeyFences.cs",
            "bool alone = ticket.BeganAlone && fence.Version == ticket.Version;", "bool alone = true;"),
        new("tickets are honoured whatever came between", "Items/KeyFences.cs", "return fence.Version == ticket.Version;", "return true;"),

        // Where a write lands.
        new("the index partition that an item left", "Queries/PageInvalidation.cs", "        if (wasIn)\n", "        if (wasIn && !isIn)\n"),
        new("the index partition that an item entered", "Queries/PageInvalidation.cs", "        if (isIn)\n", "        if (isIn && !wasIn)\n"),
        new("updates of projected attributes", "Queries/PageInvalidation.cs", "if (shown.Count == 0)", "if (index.IsGlobal)"),
        new("new items in an inverted index", "Queries/PageInvalidation.cs", "keepsKey && (hadExisted || !hasTableKeysOnly)", "keepsKey"),
        new("an index on table keys never changes", "Queries/PageInvalidation.cs", "else if (hasTableKeysOnly)\n        {\n            Raise", "else if (hasTableKeysOnly)\n        {\n        }\n        else if (false)\n        {\n            Raise"),
        new("unknown old images", "Queries/QueryFences.cs", "if (raise.Partition is { } partition)\n", "if (raise.Partition is null)\n        {\n        }\n        else if (raise.Partition is { } partition)\n"),
        new("a local index shows only what it holds", "Queries/PageInvalidation.cs", "!index.IsGlobal || index.Holds", "index.Holds"),
        new("an image that is not known is none", "Queries/PageInvalidation.cs", "        if (images is { IsOldKnown: true })\n        {\n            AttributeMap", "        if (images is not null)\n        {\n            AttributeMap"),
        new("scans of a table", "Queries/QueryFences.cs", "        scope.AnyWrite.Raise(default, mark with", "        if (raise.Partition is null)\n            scope.AnyWrite.Raise(default, mark with"),
        new("where an item is now that was somewhere", "Queries/PageInvalidation.cs", "RaiseUnplaced(index, effect, PageChange.Left);\n            if (effect.New is not null", "RaiseUnplaced(index, effect, PageChange.Left);\n            if (effect.New is null"),
        new("what was updated had existed", "Queries/PageInvalidation.cs", "        && effect.New.Keys.Any(name => !effect.Touched.Contains(name) && !table.KeySchema.Contains(name));", ";"),
        new("what comes only leaves", "Queries/PageInvalidation.cs", "effect is { KnowsNew: true, New: null } ? PageChange.Left : other", "PageChange.Left"),
        new("an update leaves what it names", "Writes/PlannedWrite.cs", "SaysResult = operation is PutItem or DeleteItem,", "SaysResult = true,"),

        // What a write means to a page.
        new("what changes in place concerns nothing", "Queries/ItemChanges.cs", "PageChange.InPlace when !Touch(page.Seen) =>", "PageChange.InPlace when page is not null =>"),
        new("an item that is not shown does not come to pass the filter", "Queries/ItemChanges.cs", "PageChange.InPlace when !Touch(page.Filtered) =>", "PageChange.InPlace =>"),
        new("an item that a filter kept away may leave", "Queries/ItemChanges.cs", "PageChange.Left when page.ShowsAllItRead =>", "PageChange.Left =>"),
        new("more changes than fit", "Queries/ItemChanges.cs", "                changes.count = TooMany;\n", ""),
        new("a page shows all it read", "Queries/PageView.cs", "hasItems && reply.Count == reply.ScannedCount", "hasItems"),
        new("an item without its key is not shown", "Queries/PageView.cs", "return items.Length < count || Array", "return Array"),
        new("a local index fetches nothing", "Queries/PageView.cs", "index is null || index.ProjectsAll || isFetched\n", "index is null || index.ProjectsAll\n"),
        new("a projection of something looks at nothing", "Queries/PageView.cs", "return projection.Paths.Select(path => path.TopLevelName);", "return [];"),
        new("an index shows its keys only", "Queries/PageView.cs", ".Concat(index.Projection.NonKeyAttributes ?? [])", ""),
        new("a page that shows an item does not", "Queries/PageFences.cs", "if (view.MayShow(item))", "if (items.IsEmpty)"),
        new("a Scan ends before the place of its last item", "Queries/PagePlan.cs", "Partition is null ? fences.ScanPlaceOf(layout, lastEvaluatedKey) :", "Partition is null ? [] :"),
        new("a segment ends where it begins", "Queries/PagePlan.cs", "(share * (ulong)(segment + 1)) + (ulong)total", "first"),

        // Whether a page is right.
        new("what a fence forgot was elsewhere", "Queries/PageFences.cs", "return FenceVerdict.Forgotten;", "return FenceVerdict.Missed;"),
        new("long sort keys end where memory does", "Queries/WritePosition.cs", "isCut && first.Length > key.Length ? first[..key.Length] : first", "first"),
        new("a page ends before its last key", "Queries/PagePlan.cs", "Range with { End = SortKeyRange.After(last) }", "Range with { End = last }"),
        new("backwards is forwards", "Queries/PagePlan.cs", "return isForward ? Range with", "return Partition is not null ? Range with"),
        new("a page begins behind its start key", "Queries/PagePlan.cs", "Range = isForward ? Range with { First = key }", "Range = isForward ? Range with { First = SortKeyRange.After(SortKeyRange.After(key)) }"),
        new("the start key has no meaning", "Queries/PagePlan.cs", "        name.Map(operation.ExclusiveStartKey?.Value ?? []);\n", ""),
        new("the limit has no meaning", "Queries/PagePlan.cs", "        name.Int(operation.Limit);\n", ""),
        new("the direction has no meaning", "Queries/PagePlan.cs", "name.Byte(isForward ? (byte)'F' : (byte)'R');", "name.Byte((byte)'F');"),
        new("the projection has no meaning", "Queries/PagePlan.cs", "        name.Projection(operation.Projection);\n", ""),
        new("constants have no meaning", "../Expressions/CanonicalWriter.cs", "Value(constant.Value);", "Byte((byte)constant.Value.Type);"),
        new("segments have no meaning", "Queries/PagePlan.cs", "name.Int(isWhole ? null : scan.Segment);", "name.Int(null);"),

        // Fetches.
        new("fetches of pages are joined at any time", "Queries/PageFetch.cs", "Stamp == ((PageFetch)other).Stamp", "other.Name.Length > 0"),
        new("fetches of items are joined at any time", "Items/ItemFetch.cs", "Version == ((ItemFetch)other).Version", "other.Name.Length > 0"),
        new("the stamp is read after the fetch", "Queries/PageFetch.cs", "pages.TryStore(plan, Stamp,", "pages.TryStore(plan, pages.FetchOf(inner, plan, operation)!.Stamp,"),
        new("pages in doubt are kept", "Queries/QueryCache.cs", "Fences.IsInDoubt(plan.Guard) ?", "Fences.IsInDoubt(plan.Guard) && plan.Name.Length == 0 ?"),
        new("items in doubt are kept", "Items/KeyFences.cs", "return fence.WritesInFlight == 0 && !IsInDoubt();", "return fence.WritesInFlight == 0;"),

        // Backends that are behind.
        new("pages of an index that is behind are kept", "Queries/QueryCache.cs", ": plan.IsGlobalIndex && !Fences", ": plan.Name.Length == 0 && !Fences"),
        new("pages of a table that is behind are kept", "Queries/QueryCache.cs", "!plan.Table.Settings.DaxCompatible && !plan.IsGlobalIndex && !Fences", "plan.Name.Length == 0 && !Fences"),
        new("items that are behind are kept", "Items/KeyFences.cs", "return now >= fence.SettlesAt &&", "return now > 0 || now >= fence.SettlesAt &&"),

        // Answers past the end of a life.
        new("an item is answered though it is being written", "Items/ItemCache.cs", "return fence.Honours(ticket) && !key", "return ticket.Stripe == key.Stripe && !key"),
        new("an item is answered without a ticket", "Items/ShieldedItems.cs", "at.ticket is { } valid && at.cache.TryGetStale(at.key, valid,", "(at.ticket ?? new FillTicket(at.key.Stripe, at.cache.TermsFor(at.key).Version)) is var valid && at.cache.TryGetStale(at.key, valid,"),
        new("a page is answered though it was written to", "Queries/QueryCache.cs", "\n        && Fences.Judge(plan.Guard, page.Stamp, page.Covered, page.View, out _) is FenceVerdict.Untouched or FenceVerdict.Missed", ""),
        new("a page found the short way is not judged", "Queries/QueryCache.cs", "if ((!settings.DaxCompatible && (verdict", "if ((plan.Name.Length == 0 && (verdict"),
        new("what was found the short way outlives its table", "Queries/QueryCache.cs", "if (plan.Table.IsRetired || !plan.Table.IsFresh || !pages.TryGet(plan.Name, out page))", "if (!pages.TryGet(plan.Name, out page))"),
        new("consistent reads of items are answered from before", "Items/GetItemFlow.cs", "        if (operation.ConsistentRead)\n", "        if (operation.ConsistentRead && key.Table.Settings.ItemGrace == TimeSpan.Zero)\n"),
        new("consistent queries are answered from before", "Queries/QueryFlow.cs", "        if (operation.ConsistentRead || table is null", "        if ((operation.ConsistentRead && table?.Settings.PageGraceOf(null) == TimeSpan.Zero) || table is null"),
        new("there is no bound", "Core/CacheEntry.cs", "nowTicks - expiresAt < Grace.Ticks", "Grace.Ticks > 0"),

        // Tables.
        new("an evicted table stays", "CachedBackend.cs", "return catalog.Renew(tableName);", "return catalog.TryGet(tableName, out _);"),
        new("a table that was dropped stays", "CachedBackend.cs",
            "{ ChangedTables: [_, ..] tables } => writes.ExecuteAsync(operation, tables, cancellationToken)",
            "{ ChangedTables: [_, ..] } => inner.ExecuteAsync(operation, cancellationToken)"),

        // What the backend does of itself.
        new("an item that expires stays", "Writes/WriteFlow.cs",
            "        flight.Begin();\n        flight.End(new WriteReply { Images = change.Images });",
            "        flight.End(new WriteReply { Images = change.Images });"),
        new("an item that expires was nowhere", "Writes/WriteFlow.cs",
            "Images = change.Images }", "Images = change.Images is null ? null : new WriteImages(null, null) }"),
        new("pages of an item that expires stay", "Writes/WriteFlow.cs",
            "flight.End(new WriteReply { Images = change.Images });",
            "flight.End(new WriteReply { Images = change.Images, Effect = KnownEffect.None });"),

        new("everything evicted stays", "CachedBackend.cs", "        catalog.RenewAll();\n", ""),
    ];

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Those of groups of processes.</summary>
    public static IReadOnlyList<Mutant> OfGroups { get; } =
    [
        new("no wait for peers", "Group/Announcer.cs", ".Where(other => acknowledged.GetValueOrDefault(other) != told.Number),", ".Where(other => false),"),
        new("no new beginning on joining", "Group/GroupNode.cs", "        caches.Restart(TimeSpan.Zero);\n        (DateTimeOffset", "        (DateTimeOffset"),
        new("peers are not heard", "Group/GroupNode.cs", "bool overlaps = caches.Hear(message.Effects);", "bool overlaps = false;"),
        new("acknowledged at once when cut off", "Group/GroupNode.cs", "silentSince + time.TicksOf(4 * terms.Lease)", "silentSince"),
        new("no missed message is missed", "Group/GroupNode.cs", "message.Number != before + 1", "false"),
        new("no wait for the end of a lease", "Group/Announcer.cs", "StrikeResult.Struck => GroupTerms.AtLeast(left),", "StrikeResult.Struck => TimeSpan.Zero,"),
        new("a member that is lost is forgotten", "Group/GroupNode.cs", "            mustRestart = true;\n            serving.Close();\n", "            mustRestart = true;\n"),
        new("what the lost wrote is not", "Group/GroupNode.cs", "            mustRestart = true;\n            serving.Close();\n", "            serving.Close();\n"),
        new("writes of two members do not overlap", "Group/Announcer.cs", "acknowledgedOne.Overlaps |= ack.Overlaps;", "acknowledgedOne.Overlaps |= false;"),
        new("a lease runs from its answer", "Group/GroupNode.cs", "leaseEnd = sentAt + time", "leaseEnd = time.GetTimestamp() + time"),
        new("no hold after joining", "Group/GroupNode.cs", "holdUntil = time.GetTimestamp() + time.TicksOf(GroupTerms.AtLeast(terms.Lease));", "holdUntil = 0;"),
        new("the others need not know who is lost", "Group/Announcer.cs", "if (told.LostTold == lost.Found)", "if (told.LostTold <= lost.Found)"),
        new("acknowledged when the others have given up", "Group/GroupNode.cs", "GroupTerms.AtMost(terms.GoneAfter))) > TimeSpan.Zero;", "GroupTerms.AtMost(terms.GoneAfter))) > TimeSpan.MinValue;"),
        new("shared items outlive writes", "Group/SharedRaise.cs", "keys[key] = keys", "keys[\"\"] = keys"),
        new("shared items outlive what was not told", "Group/GroupNode.cs", "isReturn = figures.Stays > 0;", "isReturn = false;"),
        new("what is shared need not be settled", "Group/SharedRaise.cs", "GroupTerms.AtLeast(terms.Settle + (", "GroupTerms.AtLeast(TimeSpan.Zero + ("),
        new("who validates hears nothing first", "Group/GroupNode.cs", "isJoined ? new(echoes.NextAsync()) : new(false)", "new(isJoined)"),
        new("a word serves who comes after it", "Group/Echoes.cs", "answer = next.HasComeBack", "answer = (current ?? next).HasComeBack"),
        new("a validated write is not told first", "Group/GroupNode.cs", "if (mode == GroupMode.Bounded)\n        {\n            _ = telling", "if (mode <= GroupMode.Validated)\n        {\n            _ = telling"),
        new("a validated write says where the item was", "Group/GroupNode.cs", "if (mode == GroupMode.Validated && widen is not null)", "if (widen is null && effects.Count == 0)"),
        new("a new list is as good as an old one", "Group/GroupNode.cs", " || there.Age < GroupTerms.AtLeast(terms.GoneAfter) + terms.Lease)", ")"),
    ];

    /// <summary>Those of followers of streams.</summary>
    public static IReadOnlyList<Mutant> OfFollowers { get; } =
    [
        new("what was missed stays", "Following/StreamReader.cs", "if (!await TellAsync([new PeerEffect.OfTable(tableName, IsInDoubt: false)]).ConfigureAwait(false))", "if (begunAt < 0)"),
        new("the group is not told", "CachedBackend.cs", "return changes.Peers is { } peers ? peers.ConfirmAsync(effects) : new(true);", "return new(true);"),
        new("what a shard does not show yet is not", "Following/StreamFollower.cs", "at + TicksOf(maxLag - Delay)", "at + TicksOf(maxLag)"),
        new("one's own write is whatever ends as it does", "Items/OwnWrite.cs", "New.AsSpan().SequenceEqual(change.New)\n        && (", "New.AsSpan().SequenceEqual(change.New)\n        || ("),
        new("a table is near to its stream whatever is known", "../Catalog/CatalogTable.cs", "Freshness is not { } gate || gate.IsOpen", "Freshness is not { } gate || gate.Left is not null"),
        new("a write of one's own is so for ever", "Items/OwnWrites.cs", "                isKnown = true;\n                place.RemoveAt(i);", "                isKnown = true;"),
        new("changes of others leave one's own writes known", "Items/OwnWrites.cs", "            Forget(place, key);\n", ""),
        new("what was there before one's own write is all the same", "Items/OwnWrite.cs", "Old.AsSpan().SequenceEqual(change.Old)", "Old.Length >= 0"),
        new("what one's own write touches is all the same", "Items/OwnWrite.cs", "Touched is null || change", "Touched is null || Touched.Count > 0 || change"),
        new("a shard that has ended has shown its children's changes", "Following/StreamReader.cs", "shard.IsEnded = isListingDue = true;\n                return;", "shard.NotePage(askedAt, false);\n                shard.IsEnded = isListingDue = true;\n                return;"),
        new("children begin when they are found", "Following/StreamReader.cs", "new FollowedShard(child.ShardId, ended.CompleteAt)", "new FollowedShard(child.ShardId, askedAt)"),
        new("an empty page is the end", "Following/FollowedShard.cs", "private const int PagesOfAnEnd = 3;", "private const int PagesOfAnEnd = 1;"),
        new("one of two children is enough", "Following/StreamReader.cs", "shards.AddRange(children.Where(child => !IsFollowed(child.ShardId))", "shards.AddRange(children.Take(1).Where(child => !IsFollowed(child.ShardId))"),
        new("trimmed records were none", "Following/StreamReader.cs", "\"TrimmedDataAccessException\" => \"records of its stream were trimmed before they were read\",", "\"TrimmedDataAccessException\" => shard.Iterator = null,"),
        new("nothing is trimmed however long it is not read", "Following/StreamReader.cs", "if (reachedAt is { } at && time", "if (reachedAt is { } at && at < 0 && time"),
        new("a new reader is where the old one is", "Following/StreamReader.cs", "(start, startComplete) = (place, completeAt);", "(start, startComplete) = (place, time.GetTimestamp());"),
        new("an image says where an item was that it does not show", "CachedBackend.cs", "{ IsOldKnown = knowsOld }", "{ IsOldKnown = true }"),
    ];
}
