using DaxProxy.Core.Catalog;
using NUnit.Framework;

namespace DaxProxy.Tests.Caching.Core;

/// <summary>Random operations against a dictionary: the core may forget, but only as it says, and never invents.</summary>
[TestFixture]
public sealed class CacheCoreModelTests
{
    [Test]
    public void RandomOperations_AgreeWithADictionary([Range(1, 40)] int seed)
    {
        Random random = new(seed);
        CoreRig rig = new(maxBytes: 2000L << random.Next(8), largestEntryBytes: 600);
        int keys = 1 << random.Next(1, 10);
        Dictionary<string, TextEntry> model = [];
        for (int i = 0; i < 3000; i++)
        {
            string key = $"k{random.Next(keys)}";
            switch (random.Next(21))
            {
                case < 9:
                    TextEntry? found = rig.Find(key);
                    TextEntry? expected = model.GetValueOrDefault(key);
                    bool mayForget = expected is null || expected.Left is not null || expected.ExpiresAt <= rig.Time.GetUtcNow();
                    Assert.That(found, mayForget ? Is.Null : Is.SameAs(expected), $"seed {seed}, step {i}");
                    break;
                case < 15:
                    double seconds = random.Next(2) == 0 ? double.PositiveInfinity : random.Next(1, 20);
                    if (rig.Store(key, random.Next(400), seconds, random.Next(2) * 6) is { } entry)
                    {
                        model[key] = entry;
                    }
                    else
                    {
                        model.Remove(key);
                    }

                    break;
                case < 17:
                    bool wasThere = model.Remove(key, out TextEntry? old) && old.Left is null;
                    Assert.That((rig.Remove(key), rig.Find(key)), Is.EqualTo((wasThere, (TextEntry?)null)), $"seed {seed}, step {i}");
                    break;
                case 17:
                    rig.Time.Advance(random.Next(5));
                    break;
                case 18:
                    TextEntry? ended = rig.FindStale(key), known = model.GetValueOrDefault(key);
                    bool isInGrace = known is { Left: null }
                        && known.ExpiresAt <= rig.Time.GetUtcNow()
                        && rig.Time.GetUtcNow() < known.ExpiresAt + known.StaleFor;
                    Assert.That(ended, isInGrace ? Is.SameAs(known) : Is.Null, $"seed {seed}, step {i}");
                    break;
                case 19 when model.TryGetValue(key, out TextEntry? victim):
                    victim.Void = true;
                    break;
            }

            if (i % 100 == 0)
            {
                rig.Check();
            }
        }

        rig.Check();
        CheckReasons(rig);
    }

    private static void CheckReasons(CoreRig rig)
    {
        foreach (TextEntry entry in rig.Stored)
        {
            Assert.That(entry.Left != RemovalReason.Voided || entry.Void);
            Assert.That(entry.Left != RemovalReason.Expired || entry.ExpiresAt <= rig.Time.GetUtcNow());
        }
    }
}
