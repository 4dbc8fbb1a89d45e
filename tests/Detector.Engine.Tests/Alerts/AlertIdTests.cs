using Detector.Engine.Alerts;
using Xunit;

namespace Detector.Engine.Tests.Alerts;

public sealed class AlertIdTests
{
    // Pinned: ids stand in tickets and incidents, so they must never change between versions.
    [Fact]
    public void The_id_of_a_finding_never_changes() =>
        Assert.Equal(new Guid("dce866b4-29eb-518a-92f0-8fc3affdb0c1"), AlertId.From("75243ab2-44f8-435c-a7a6-b479385df6d4", "8f2f3c0e-54a7-4c0b-9d55-3f6a1b7c0001", "request-1"));

    [Fact]
    public void It_is_a_version_5_uuid()
    {
        var text = AlertId.From("t", "r", "s").ToString();
        Assert.Equal('5', text[14]);
        Assert.Contains(text[19], "89ab");
    }

    [Fact]
    public void Tenant_rule_and_subject_each_make_a_difference()
    {
        var ids = new[] { AlertId.From("t", "r", "s"), AlertId.From("u", "r", "s"), AlertId.From("t", "q", "s"), AlertId.From("t", "r", "x"), AlertId.From(null, "r", "s") };
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(AlertId.From("T", "r", "s"), AlertId.From("t", "r", "s"));
    }
}
