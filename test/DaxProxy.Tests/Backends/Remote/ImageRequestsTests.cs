using System.Text.Json;
using DaxProxy.Backends.Remote;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using NUnit.Framework;

namespace DaxProxy.Tests.Backends.Remote;

[TestFixture]
public sealed class ImageRequestsTests
{
    private const string Put = """{"TableName":"T","Item":{"k":{"S":"a"},"v":{"N":"2"}}""";
    private const string Delete = """{"TableName":"T","Key":{"k":{"S":"a"}}""";

    private static readonly Item Returned = Item.FromAttributes(new AttributeMap { ["k"] = AttributeValue.FromString("returned") });

    [TestCase("PutItem", Put, "NONE", ReturnValues.ALL_OLD)]
    [TestCase("DeleteItem", Delete, "NONE", ReturnValues.ALL_OLD)]
    [TestCase("UpdateItem", Delete, "NONE", ReturnValues.ALL_NEW)]
    [TestCase("UpdateItem", Delete, "UPDATED_NEW", ReturnValues.UPDATED_NEW)]
    [TestCase("UpdateItem", Delete, "ALL_OLD", ReturnValues.ALL_OLD)]
    public void AskedOf_AWrite_AsksForTheItemWhereTheCallerWantsNothing(string verb, string request, string wanted, ReturnValues asked)
    {
        Operation operation = Read(verb, $"{request},\"ReturnValues\":\"{wanted}\"}}");
        Assert.That(ImageRequests.AskedOf(operation, mayRewrite: true), Is.EqualTo(asked));
        Assert.That(ImageRequests.AskedOf(operation, mayRewrite: false).ToString(), Is.EqualTo(wanted));
    }

    [TestCase("PutItem", Put, "NONE", "returned", "a", false)]
    [TestCase("PutItem", Put, "ALL_OLD", "returned", "a", true)]
    [TestCase("DeleteItem", Delete, "NONE", "returned", "none", false)]
    [TestCase("UpdateItem", Delete, "NONE", "unknown", "returned", false)]
    [TestCase("UpdateItem", Delete, "ALL_NEW", "unknown", "returned", true)]
    public void Complete_AWrite_TellsItsImages_AndShowsWhatWasWanted(
        string verb, string request, string wanted, string old, string left, bool isShown)
    {
        Operation operation = Read(verb, $"{request},\"ReturnValues\":\"{wanted}\"}}");
        ReturnValues asked = ImageRequests.AskedOf(operation, mayRewrite: true);
        WriteReply reply = (WriteReply)ImageRequests.Complete(operation, asked, new WriteReply { Attributes = Returned });
        Assert.That(reply.Attributes is not null, Is.EqualTo(isShown));
        Assert.That(reply.Images!.IsOldKnown ? KeyOf(reply.Images.Old) : "unknown", Is.EqualTo(old));
        Assert.That(KeyOf(reply.Images.New), Is.EqualTo(left));
    }

    [TestCase("PutItem", Put, """{"v":{"N":"2.0"},"k":{"S":"a"}}""")]
    [TestCase("DeleteItem", Delete, null)]
    public void Complete_AWriteThatLeavesTheItemAsItWas_DoesNotKnowWhatPagesShow(string verb, string request, string? was)
    {
        Operation operation = Read(verb, request + "}");
        Item? returned = was is null
            ? null
            : Item.FromAttributes(((PutItem)Read("PutItem", $"{{\"TableName\":\"T\",\"Item\":{was}}}")).Item.Value!);
        ReturnValues asked = ImageRequests.AskedOf(operation, mayRewrite: true);
        WriteReply reply = (WriteReply)ImageRequests.Complete(operation, asked, new WriteReply { Attributes = returned });
        Assert.That(reply.Images!.IsOldKnown, Is.False);
        Assert.That(KeyOf(reply.Images.New), Is.EqualTo(was is null ? "none" : "a"));
    }

    [TestCase("ALL_OLD")]
    [TestCase("UPDATED_OLD")]
    [TestCase("UPDATED_NEW")]
    public void Complete_AnUpdateThatTellsLess_TellsNoImages(string wanted)
    {
        Operation operation = Read("UpdateItem", $"{Delete},\"ReturnValues\":\"{wanted}\"}}");
        ReturnValues asked = ImageRequests.AskedOf(operation, mayRewrite: true);
        WriteReply reply = (WriteReply)ImageRequests.Complete(operation, asked, new WriteReply { Attributes = Returned });
        Assert.That(reply.Images, Is.Null);
        Assert.That(reply.Attributes, Is.SameAs(Returned));
    }

    [Test]
    public void Complete_ABatch_TellsTheImagesOfWhatWasDone()
    {
        const string Request = """
            {"RequestItems":{"T":[{"PutRequest":{"Item":{"k":{"S":"a"}}}},{"DeleteRequest":{"Key":{"k":{"S":"b"}}}},{"PutRequest":{"Item":{"k":{"S":"c"}}}}]}}
            """;
        BatchWriteItem batch = (BatchWriteItem)Read("BatchWriteItem", Request);
        BatchWriteItemReply reply = new() { UnprocessedItems = [((BatchWriteItem)Read("BatchWriteItem", Request)).Writes[2]] };
        IReadOnlyList<WriteImages?> images = ((BatchWriteItemReply)ImageRequests.Complete(batch, default, reply)).Images!;
        Assert.That(images.Select(image => image is null ? "undone" : KeyOf(image.New)), Is.EqualTo(new[] { "a", "none", "undone" }));
        BatchWriteItemReply strange = new() { UnprocessedItems = [new() { TableName = "Other", Key = batch.Writes[1].Key }] };
        Assert.That(((BatchWriteItemReply)ImageRequests.Complete(batch, default, strange)).Images, Is.Null);
    }

    [TestCase("", "a unknown")]
    [TestCase(""","ClientRequestToken":"t" """, null)]
    public void Complete_ATransaction_TellsNothingWhereItMayBeARepetition(string token, string? expected)
    {
        Operation transaction = Read("TransactWriteItems", """
            {"TransactItems":[{"Put":{"TableName":"T","Item":{"k":{"S":"a"}}}},{"Update":{"TableName":"T","Key":{"k":{"S":"b"}},"UpdateExpression":"REMOVE v"}}]
            """ + token + "}");
        var reply = (TransactWriteItemsReply)ImageRequests.Complete(transaction, default, new TransactWriteItemsReply());
        Assert.That(
            reply.Images is null ? null : string.Join(' ', reply.Images.Select(image => image is null ? "unknown" : KeyOf(image.New))),
            Is.EqualTo(expected));
    }

    private static string KeyOf(Item? item) => item?.Open()["k"].String ?? "none";

    private static Operation Read(string verb, string request)
    {
        using JsonDocument json = JsonDocument.Parse(request);
        Assert.That(
            JsonRequest.TryRead("DynamoDB_20120810." + verb, json.RootElement, ValidationProfile.October2026, out Operation? operation),
            Is.Null);
        return operation!;
    }
}
