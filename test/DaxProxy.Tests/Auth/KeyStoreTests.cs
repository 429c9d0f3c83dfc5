using DaxProxy.Auth;
using DaxProxy.Options;
using DaxProxy.Tests.Caching;
using DaxProxy.Tests.Options;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace DaxProxy.Tests.Auth;

[TestFixture]
public sealed class KeyStoreTests
{
    private const string TwoProfiles = """
        # who may call
        [default]
        aws_access_key_id = AKIDONE
        aws_secret_access_key = secret-one

        [batch]
        aws_access_key_id=AKIDTWO
        aws_secret_access_key=secret-two
        region = eu-central-1
        """;

    private readonly RecordingLogger logger = new();
    private readonly ManualTime time = new();

    [SetUp]
    public void Forget() => logger.Lines.Clear();

    [Test]
    public void Of_FileWithProfiles_HoldsTheKeyOfEach()
    {
        using TemporaryFile file = new(TwoProfiles);
        KeyStore store = Store(file)!;
        Assert.That(
            (Knows(store, "AKIDONE"), Knows(store, "AKIDTWO"), Knows(store, "akidone"), Knows(store, "")),
            Is.EqualTo((true, true, false, false)));
        Assert.That(store.First.Id, Is.EqualTo("AKIDONE"));
    }

    [Test]
    public void Of_ModeNone_ReadsNothing() =>
        Assert.That(KeyStore.Of(new AuthOptions { CredentialsFile = "/nowhere" }, logger, time), Is.Null);

    [TestCase("", "holds no key")]
    [TestCase("[a]\naws_access_key_id = AKIDONE\n", "holds no key")]
    [TestCase("[a]\naws_access_key_id = AKIDONE\naws_secret_access_key = hidden\naws_session_token = t\n", "holds no key")]
    [TestCase("[a]\naws_access_key_id = AKIDONE\nhidden\n", "has a line that is no section")]
    [TestCase(
        "[a]\naws_access_key_id = AKIDONE\naws_secret_access_key = hidden\naws_secret_access_key = hidden2\n",
        "says something twice in [a]")]
    [TestCase(
        "[a]\naws_access_key_id = AKIDONE\naws_secret_access_key = hidden\n[b]\naws_access_key_id = AKIDONE\naws_secret_access_key = hidden2\n",
        "holds the key AKIDONE in several profiles")]
    public void Of_FileThatIsNoUse_IsOneLineWithKeyAndRemedyAndNoSecret(string text, string fault)
    {
        using TemporaryFile file = new(text);
        IOException exception = Assert.Throws<IOException>(() => Store(file))!;
        Assert.That(exception.Message, Does.StartWith($"Auth:CredentialsFile: {file.Path} {fault}").And.Not.Contains("\n"));
        Assert.That(exception.ToString(), Does.Not.Contain("hidden"));
    }

    [Test]
    public void Of_FileThatIsNotThere_IsOneLineWithKeyAndRemedy() => Assert.That(
        Assert.Throws<IOException>(
            () => KeyStore.Of(new AuthOptions { Mode = AuthMode.Verify, CredentialsFile = "/nowhere/keys" }, logger, time))!.Message,
        Is.EqualTo("Auth:CredentialsFile: /nowhere/keys cannot be read; name a file of AWS credentials that exists and is readable"));

    [Test]
    public void Find_AfterTheFileHasChanged_KnowsTheNewKeysAndNotTheOld()
    {
        using TemporaryFile file = new(TwoProfiles);
        KeyStore store = Store(file)!;
        File.WriteAllText(file.Path, "[a]\naws_access_key_id = AKIDTHREE\naws_secret_access_key = secret-three\n");
        Assert.That(Knows(store, "AKIDTHREE"), Is.False, "not looked at for every request");
        time.Advance(6);
        Assert.That((Knows(store, "AKIDTHREE"), Knows(store, "AKIDONE")), Is.EqualTo((true, false)));
    }

    [Test]
    public void Find_WhileTheFileCannotBeUsed_KeepsTheKeysAndSaysSoOnce()
    {
        using TemporaryFile file = new(TwoProfiles);
        KeyStore store = Store(file)!;
        File.WriteAllText(file.Path, "[a]\naws_access_key_id = AKIDTHREE\nsecret-three\n");
        time.Advance(6);
        Assert.That(Knows(store, "AKIDONE"), Is.True);
        time.Advance(6);
        Assert.That(Knows(store, "AKIDONE"), Is.True);
        File.Delete(file.Path);
        time.Advance(6);
        Assert.That(Knows(store, "AKIDONE"), Is.True);
        time.Advance(6);
        Assert.That(Knows(store, "AKIDONE"), Is.True);
        Assert.That(logger.Lines.Count(line => line.Level == LogLevel.Warning), Is.EqualTo(2), "one for each change");
        File.WriteAllText(file.Path, TwoProfiles.Replace("AKIDONE", "AKIDNEW"));
        time.Advance(6);
        Assert.That((Knows(store, "AKIDNEW"), Knows(store, "AKIDONE")), Is.EqualTo((true, false)));
        Assert.That(string.Join('\n', logger.Lines), Does.Not.Contain("secret-"));
    }

    [Test]
    public void Of_FileThatOthersCanRead_IsWarnedOf()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows has other rights.");
            return;
        }

        using TemporaryFile file = new(TwoProfiles);
        File.SetUnixFileMode(file.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _ = Store(file);
        Assert.That(logger.Lines, Has.None.Matches<(LogLevel Level, string Text)>(line => line.Level == LogLevel.Warning));
        File.SetUnixFileMode(file.Path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        _ = Store(file);
        Assert.That(
            logger.Lines,
            Has.One.Matches<(LogLevel Level, string Text)>(line => line.Level == LogLevel.Warning && line.Text.Contains("chmod 600")));
    }

    private static bool Knows(KeyStore store, string id) => store.TryFind(id, out AccessKey? key) && key.Id == id;

    private KeyStore? Store(TemporaryFile file) =>
        KeyStore.Of(new AuthOptions { Mode = AuthMode.Verify, CredentialsFile = file.Path }, logger, time);
}
