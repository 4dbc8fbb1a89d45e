using System.Buffers;
using System.Text;
using System.Text.Json;
using Detector.Simulation.Records;
using Detector.Simulation.Stories;
using Detector.Simulation.Tenant;

namespace Detector.Simulation.Truth;

/// <summary>Writes the truth: a line for each attack, near miss, and alert that daily life causes.</summary>
internal sealed class TruthWriter(ulong seed, TextWriter output)
{
    /// <summary>The kind of a line about daily life.</summary>
    public const string Ordinary = "ordinary";

    private readonly ArrayBufferWriter<byte> _line = new();

    public void Write(PlantedAttack attack) =>
        Write(attack.Kind.Name, attack.Kind.Description, attack.Kind.IsNearMiss, attack.User, attack.Renamed, attack.Time, attack.Expected);

    public void WriteOrdinary(SimEvent activation, ExpectedAlert alert) =>
        Write(Ordinary, "Nobody attacks: somebody works at such an hour, or mistyped a password before.", false, activation.User, false, activation.Time, [alert]);

    private void Write(string kind, string description, bool isNearMiss, int user, bool isRenamed, DateTime time, IReadOnlyList<ExpectedAlert> expected)
    {
        _line.Clear();
        using (var json = new Utf8JsonWriter(_line))
        {
            json.WriteStartObject();
            json.WriteString("kind"u8, kind);
            json.WriteString("description"u8, description);
            json.WriteBoolean("nearMiss"u8, isNearMiss);
            json.WriteString("userId"u8, People.IdOf(seed, user));
            json.WriteString("user"u8, AccountWriter.UpnOf(seed, user, isRenamed));
            Span<byte> timestamp = stackalloc byte[40];
            json.WriteString("time"u8, timestamp[..Timestamp.Write(time.Ticks, "Z"u8, timestamp)]);
            json.WriteStartArray("expected"u8);
            foreach (var alert in expected) Write(json, alert);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write(Encoding.UTF8.GetString(_line.WrittenSpan));
        output.Write('\n');
    }

    private static void Write(Utf8JsonWriter json, ExpectedAlert alert)
    {
        json.WriteStartObject();
        json.WriteString("rule"u8, alert.Rule);
        json.WriteString("subject"u8, alert.Subject);
        if (alert.Score is { } score) json.WriteNumber("score"u8, score);
        else json.WriteNull("score"u8);
        json.WriteString("severity"u8, alert.Severity);
        json.WriteStartObject("factors"u8);
        foreach (var (id, points) in alert.Factors) json.WriteNumber(id, points);
        json.WriteEndObject();
        json.WriteStartArray("recordIds"u8);
        foreach (var id in alert.RecordIds) json.WriteStringValue(id);
        json.WriteEndArray();
        if (alert.Ticks is { } ticks)
        {
            Span<byte> timestamp = stackalloc byte[40];
            json.WriteString("recordTime"u8, timestamp[..Timestamp.Write(ticks, "Z"u8, timestamp)]);
        }

        json.WriteEndObject();
    }
}
