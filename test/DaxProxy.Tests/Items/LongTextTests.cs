using System.Text;
using DaxProxy.Core.Items;
using NUnit.Framework;

namespace DaxProxy.Tests.Items;

public sealed class LongTextTests
{
    [Test]
    public void Text_ThatMayMatter_IsWhole()
    {
        string text = new('é', LongText.MaxBytes / 2);
        Assert.That(LongText.Of(Encoding.UTF8.GetBytes(text)), Is.EqualTo(text));
    }

    [Test]
    public void Text_ThatNothingCanHold_IsCutBetweenCharacters()
    {
        string text = "x" + new string('é', LongText.MaxBytes);
        string cut = LongText.Of(Encoding.UTF8.GetBytes(text));
        Assert.That(Encoding.UTF8.GetByteCount(cut), Is.EqualTo(LongText.MaxBytes - 1));
        Assert.That(text, Does.StartWith(cut));
    }
}
