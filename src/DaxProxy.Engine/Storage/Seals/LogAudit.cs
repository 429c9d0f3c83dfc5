using System.Buffers.Binary;

namespace DaxProxy.Engine.Storage.Seals;

/// <summary>
/// Checks the log of a process that was killed. SQLite takes the first wrong frame for the end of the log, which is right after a power
/// failure in the middle of a write. But where each commit is synchronised, nothing of the next commit is written before the last one is on
/// the disk. So frames behind a whole commit prove that it was acknowledged, and a wrong frame before them is damage.
/// </summary>
internal static class LogAudit
{
    private const int CommitOffset = 4;
    private const uint Magic = 0x377f0682;

    /// <summary>The first frame that is damaged and was acknowledged, from 1; 0 where the header is; null for none.</summary>
    /// <param name="log">The log, from its beginning.</param>
    /// <param name="seal">How the store's pages are sealed.</param>
    public static long? FindDamage(Stream log, StoreSeal seal)
    {
        byte[] header = new byte[LogFrame.LogHeaderBytes];
        byte[] frame = new byte[LogFrame.FrameBytes];
        if (log.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length
            || log.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) < frame.Length)
        {
            return null;
        }

        seal.OpenLogHeader(header);
        seal.OpenFrame(frame, 1);
        bool isBigEndian = (header[3] & 1) != 0;
        (uint, uint) stored = LogFrame.SumIn(header), computed = stored;
        if (BinaryPrimitives.ReadUInt32BigEndian(header) is not (Magic or (Magic | 1))
            || LogFrame.SumOfHeader(header, isBigEndian) != stored)
        {
            // A log that is started over takes two new salts, and nothing of the old frames is needed any more. A header that shares one
            // with them is theirs.
            return SharesSalt(header, frame) ? 0 : null;
        }

        long? damaged = null;
        bool isCommitBehind = false;
        for (long number = 1; ; number++)
        {
            bool isOfThisLog = IsOf(header, frame);
            (uint, uint) sum = LogFrame.SumIn(frame.AsSpan(0, LogFrame.HeaderBytes));
            (uint, uint) after = LogFrame.Sum(stored, frame, isBigEndian);
            bool isIntact = isOfThisLog && (after == sum || LogFrame.Sum(computed, frame, isBigEndian) == sum);
            bool isCommit = frame.AsSpan(CommitOffset, 4).ContainsAnyExcept((byte)0);
            if (!isIntact)
            {
                // More that is damaged; or what is left of a transaction that was undone, in which nothing goes on from a commit.
                damaged ??= number;
                isCommitBehind = isCommit;
            }
            else if (damaged is not null && isCommitBehind)
            {
                return damaged;
            }
            else
            {
                isCommitBehind = damaged is not null && isCommit;
            }

            (stored, computed) = (sum, after);
            if (log.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) < frame.Length)
            {
                return null;
            }

            seal.OpenFrame(frame, number + 1);
        }
    }

    /// <summary>
    /// The pages that the log has whole, of changes that were committed: what the file has in their places does not count.
    /// </summary>
    /// <param name="log">The log, from its beginning.</param>
    /// <param name="seal">How the store's pages are sealed.</param>
    public static HashSet<long> PagesIn(Stream log, StoreSeal seal)
    {
        HashSet<long> committed = [];
        List<long> pending = [];
        byte[] header = new byte[LogFrame.LogHeaderBytes];
        byte[] frame = new byte[LogFrame.FrameBytes];
        if (log.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
        {
            return committed;
        }

        seal.OpenLogHeader(header);
        bool isBigEndian = (header[3] & 1) != 0;
        (uint, uint) sum = LogFrame.SumIn(header);
        if (LogFrame.SumOfHeader(header, isBigEndian) != sum)
        {
            return committed;
        }

        for (long number = 1; log.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length; number++)
        {
            seal.OpenFrame(frame, number);
            sum = LogFrame.Sum(sum, frame, isBigEndian);
            if (!IsOf(header, frame)
                || LogFrame.SumIn(frame.AsSpan(0, LogFrame.HeaderBytes)) != sum)
            {
                break;
            }

            pending.Add(BinaryPrimitives.ReadUInt32BigEndian(frame));
            if (frame.AsSpan(CommitOffset, 4).ContainsAnyExcept((byte)0))
            {
                committed.UnionWith(pending);
                pending.Clear();
            }
        }

        return committed;
    }

    /// <summary>Whether a frame was written since the log began again with this header.</summary>
    /// <param name="header">The header of the log.</param>
    /// <param name="frame">The frame, or its header, decrypted.</param>
    public static bool IsOf(ReadOnlySpan<byte> header, ReadOnlySpan<byte> frame) =>
        frame.Slice(LogFrame.SaltOffset, LogFrame.SaltBytes)
            .SequenceEqual(header.Slice(LogFrame.HeaderSaltOffset, LogFrame.SaltBytes));

    private static bool SharesSalt(ReadOnlySpan<byte> header, ReadOnlySpan<byte> frame) =>
        header.Slice(LogFrame.HeaderSaltOffset, 4).SequenceEqual(frame.Slice(LogFrame.SaltOffset, 4))
        || header.Slice(LogFrame.HeaderSaltOffset + 4, 4).SequenceEqual(frame.Slice(LogFrame.SaltOffset + 4, 4));
}
