using DaxProxy.Recording;
using NUnit.Framework;

namespace DaxProxy.Tests.Recording;

internal sealed class KeyHasherTests
{
    [Test]
    public void Of_TellsTablesKindsAndKeysApart_AndEachRecordingHasItsOwn()
    {
        KeyHasher hasher = new();
        string hash = hasher.Of('k', "Tab", "key"u8);
        Assert.That(hasher.Of('k', "Tab", "key"u8), Is.EqualTo(hash));
        string[] others =
        [
            hasher.Of('k', "Tab", "kez"u8), hasher.Of('p', "Tab", "key"u8), hasher.Of('k', "Ta", "bkey"u8), hasher.Of('k', "Tabk", "ey"u8),
            new KeyHasher().Of('k', "Tab", "key"u8),
        ];
        Assert.That(others.Append(hash), Is.Unique);
        Assert.That(hash, Has.Length.EqualTo(11).And.Match("^[A-Za-z0-9_-]+$"));
    }
}
