using System.Text;
using Detector.Engine.Logs;
using Xunit;

namespace Detector.Engine.Tests.Logs;

/// <summary>Real public records, where the folder with them lies beside the repository.</summary>
public sealed class SampleTests
{
    [Theory]
    [InlineData("samples/splunk/eventhub-records.ndjson", 19)]
    [InlineData("samples/panther/records.ndjson", 47)]
    [InlineData("samples/otrf/AADAuditEvents.loganalytics.ndjson", 4)]
    public void Every_real_record_is_read(string file, int records)
    {
        var batch = Read(file);
        Assert.Empty(batch.Rejects.Select(r => r.Reason));
        Assert.Equal((records, records), ((int)batch.Records, batch.Events.Count));
        Assert.All(batch.Events, e => Assert.NotEqual("", e.Event.Id));
        Assert.All(batch.Events, e => Assert.True(e.Event[CanonicalField.OperationName].IsPresent));
    }

    [Fact]
    public void A_role_addition_names_role_and_member()
    {
        var e = Read("samples/splunk/eventhub-records.ndjson").Events[1].Event;
        Assert.Equal("Privileged Role Administrator", e.Text(CanonicalField.RoleName));
        Assert.Equal("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", e.Text(CanonicalField.RoleId));
        Assert.Equal("User1@splunkresearch.com", e.Text(CanonicalField.TargetUpn));
        Assert.Equal("52.177.250.168", e.Text(CanonicalField.ActorIp));
        Assert.False(e[CanonicalField.RequestId].IsPresent);
    }

    [Fact]
    public void Error_code_wins_over_the_word_failure()
    {
        var e = Read("samples/panther/records.ndjson").Events[16].Event;
        Assert.Equal("50053 failure", $"{e.Text(CanonicalField.ResultType)} {e.Text(CanonicalField.Result)}");
        Assert.Equal("boromir@lotr.com", e.Text(CanonicalField.UserUpn));
    }

    [Fact]
    public void Lower_case_keys_and_service_principals()
    {
        var e = Read("samples/panther/records.ndjson").Events[30].Event;
        Assert.Equal("ServicePrincipalSignInLogs Sign-in activity 7000215", $"{e[CanonicalField.Category]} {e.Text(CanonicalField.OperationName)} {e.Text(CanonicalField.ResultType)}");
        Assert.Equal("a2aa49aa-2c0c-49d2-af87-f402c421df0b", e.Text(CanonicalField.TenantId));
        Assert.Equal("some-service-principal Dublin", $"{e.Text(CanonicalField.AppName)} {e.Text(CanonicalField.LocationCity)}");
        Assert.False(e[CanonicalField.UserId].IsPresent);
    }

    [Fact]
    public void Audit_category_at_the_top_is_the_audit_stream()
    {
        var e = Read("samples/panther/records.ndjson").Events[8].Event;
        Assert.Equal("AuditLogs, ApplicationManagement", e[CanonicalField.Category].ToString());
        Assert.StartsWith("hash:", e.Id, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pim_row_takes_the_role_by_type()
    {
        var e = Read("samples/panther/records.ndjson").Events[39].Event;
        Assert.Equal("Application Administrator 123412351", $"{e.Text(CanonicalField.RoleName)} {e.Text(CanonicalField.RoleId)}");
        Assert.Equal("test assign 111111111111 1.2.3.4 Malenia", $"{e.Text(CanonicalField.Justification)} {e.Text(CanonicalField.RequestId)} {e.Text(CanonicalField.ActorIp)} {e.Text(CanonicalField.TargetName)}");
        Assert.Equal(new DateTime(2024, 12, 16, 16, 32, 16, DateTimeKind.Utc).AddTicks(875540), e.Time);
    }

    [Fact]
    public void A_row_with_json_in_texts_is_an_audit_event()
    {
        var e = Read("samples/otrf/AADAuditEvents.loganalytics.ndjson").Events[0].Event;
        Assert.Equal("AuditLogs, ApplicationManagement", e[CanonicalField.Category].ToString());
        Assert.Equal("Update application – Certificates and secrets management", e.Text(CanonicalField.OperationName));
        Assert.Equal("pgustavo@simulandlabs.com SimuLandApp", $"{e.Text(CanonicalField.ActorUpn)} {e.Text(CanonicalField.TargetName)}");
        Assert.Equal("Directory_10065ffb-8199-48bc-8ff5-912cb5b8295a_AUMVX_13992832", e.Id);
    }

    private static EventBatch Read(string file)
    {
        if (Reading.SharedFile(file) is not { } path) Assert.Skip("The samples are not here.");
        else return Reading.Lines(Encoding.UTF8.GetBytes(File.ReadAllText(path)));
        throw new InvalidOperationException();
    }
}
