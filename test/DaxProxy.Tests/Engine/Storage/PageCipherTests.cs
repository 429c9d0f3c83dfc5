using System.Security.Cryptography;
using DaxProxy.Engine.Storage.Seals;
using DaxProxy.Engine.Storage.Encryption;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Storage;

/// <summary>What an encrypted page is bound to.</summary>
[TestFixture]
public sealed class PageCipherTests
{
    private const int Number = 7;

    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly Guid store = Guid.NewGuid();

    [TestCase(Number, PageCipher.InFile, PageCipher.InFile, ExpectedResult = true)]
    [TestCase(Number, 3, 3, ExpectedResult = true)]
    [TestCase(Number + 1, PageCipher.InFile, PageCipher.InFile, ExpectedResult = false, Description = "another page")]
    [TestCase(Number, 3, 4, ExpectedResult = false, Description = "another frame")]
    [TestCase(Number, 3, PageCipher.InFile, ExpectedResult = false, Description = "of the log, in the file")]
    [TestCase(Number, PageCipher.InFile, 3, ExpectedResult = false, Description = "of the file, in the log")]
    public bool Page_OpensWhereItWasWrittenOnly(int number, long from, long place)
    {
        using PageCipher cipher = Open(store);
        byte[] page = Seal(cipher, from);
        bool isOpen = cipher.TryOpen(page, number, place);
        Assert.That(cipher.Fault, Is.Null);
        return isOpen;
    }

    [Test]
    public void Page_OfAnotherStoreWithTheSameKey_DoesNotOpen()
    {
        using PageCipher cipher = Open(store), other = Open(Guid.NewGuid());
        Assert.That(other.TryOpen(Seal(cipher, PageCipher.InFile), Number, PageCipher.InFile), Is.False);
        Assert.That(other.Fault, Is.Null);
    }

    /// <summary>A page that could not be looked at is not one that is damaged, nor the end of the log.</summary>
    [Test]
    public void Page_ThatCannotBeLookedAt_IsAFault()
    {
        PageCipher cipher = Open(store);
        byte[] page = Seal(cipher, PageCipher.InFile);
        cipher.Dispose();
        Assert.That(cipher.TryOpen(page, Number, PageCipher.InFile), Is.False);
        Assert.That(cipher.Fault, Is.Not.Null);
        Assert.That(cipher.TryOpenFrame(new byte[LogFrame.FrameBytes], 1), Is.False);
        Assert.That(cipher.Fault, Is.Not.Null);
    }

    private static byte[] Seal(PageCipher cipher, long place)
    {
        byte[] page = new byte[PageSeal.PageBytes], written = new byte[PageSeal.PageBytes];
        page[0] = 1;
        Assert.That(cipher.TrySeal(page, written, Number, place));
        return written;
    }

    private PageCipher Open(Guid id) => new StoreCipher([.. key], id).Open();
}
