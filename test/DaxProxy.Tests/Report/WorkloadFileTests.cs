using System.Text;
using DaxProxy.Load;
using DaxProxy.Report;
using NUnit.Framework;

namespace DaxProxy.Tests.Report;

public sealed class WorkloadFileTests
{
    [Test]
    public void Read_EveryMember_IsTakenOver()
    {
        Workload workload = Read(
            """
            { // what the shop does
              "Name": "shop", "items": 5000, "ItemBytes": 900, "Reads": 0.5, "Updates": 0.1, "Inserts": 0.1, "Scans": 0.2, "ReadModifyWrites": 0.1,
              "ScanItems": 50, "Distribution": "hotset", "Exponent": 0.8, "HotItems": 0.1, "HotRequests": 0.9,
            }
            """);
        Assert.That(workload, Is.EqualTo(new Workload
        {
            Name = "shop",
            Items = 5000,
            ItemBytes = 900,
            Reads = 0.5,
            Updates = 0.1,
            Inserts = 0.1,
            Scans = 0.2,
            ReadModifyWrites = 0.1,
            ScanItems = 50,
            Distribution = KeyDistribution.HotSet,
            Exponent = 0.8,
            HotItems = 0.1,
            HotRequests = 0.9,
        }));
    }

    [Test]
    public void Read_LittleIsSaid_TheRestIsAsByDefault() =>
        Assert.That(Read("""{ "Reads": 1 }"""), Is.EqualTo(new Workload { Name = "shop", Reads = 1 }));

    [TestCase("""{ "Reads": 1, "Writes": 0 }""", "Writes is no member of a workload; remove it or use one of Name, Items,")]
    [TestCase("""{ "Reads": "1" }""", "Reads is \"1\"; give a number")]
    [TestCase("""{ "Reads": null }""", "Reads is null; give a number")]
    [TestCase("""{ "Reads": 1, "Items": 1.5 }""", "Items is 1.5; give a whole number")]
    [TestCase("""{ "Reads": 1, "Items": 99999999999 }""", "Items is 99999999999; give a whole number")]
    [TestCase("""{ "Reads": 1, "Distribution": "2" }""", "Distribution is \"2\"; give one of Zipf, Uniform, HotSet, Latest")]
    [TestCase("""{ "Reads": 1, "Distribution": "Pareto" }""", "Distribution is \"Pareto\"; give one of Zipf")]
    [TestCase("""{ "Reads": 1, "Name": 7 }""", "Name is 7; give a text")]
    [TestCase("{ \"Name\": [\n1] }", "Name is [ 1]; give a text")]
    [TestCase("""{ "Reads": 0.7 }""", "add up to 0.7; make it 1")]
    [TestCase("""{ "Reads": 1, "ItemBytes": 5 }""", "ItemBytes is 5; give 100 to 400000")]
    [TestCase("[]", "holds no JSON object")]
    [TestCase("{", "no JSON at line 1")]
    [TestCase("""{ "Reads": 1, "Reads": 1 }""", "names a member twice")]
    [TestCase("", "no JSON at line 1")]
    public void Read_Faulty_SaysOneLineThatNamesTheMember(string content, string expected) => Assert.That(
        () => Read(content),
        Throws.InstanceOf<ReportFault>().With.Message.StartsWith("--workload shop.json: ").And.Message.Contains(expected)
            .And.Message.Not.Contains("\n"));

    [Test]
    public void Find_Preset_IsTakenByItsNameInAnyCase() => Assert.That(WorkloadFile.Find("YCSB-E").Scans, Is.EqualTo(0.95));

    [Test]
    public void Find_NeitherPresetNorFile_NamesThePresets() =>
        Assert.That(
            () => WorkloadFile.Find("/nowhere/ycsb-z"),
            Throws.InstanceOf<ReportFault>().With.Message.Contains("cannot be read").And.Message.Contains("ycsb-a, ycsb-b"));

    private static Workload Read(string content) => WorkloadFile.Read("shop.json", Encoding.UTF8.GetBytes(content));
}
