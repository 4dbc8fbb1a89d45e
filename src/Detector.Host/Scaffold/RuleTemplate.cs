using Detector.Engine.Alerts;

namespace Detector.Host.Scaffold;

/// <summary>
/// The text of a new rule: it passes lint, and its first test fails, since neither the rule nor the test's event is written
/// yet. What the author has to write says so.
/// </summary>
internal static class RuleTemplate
{
    private const string At = "'2026-03-03T11:00:00+01:00'";

    public static string Text(RuleDraft draft) => draft.Kind switch
    {
        RuleKinds.Sigma => Head(draft) + Detection + Level(draft) + Extension(draft),
        RuleKinds.Correlation => Head(draft) + Correlation(draft) + Level(draft) + Extension(draft),
        _ => Head(draft) + $"runbook: {draft.Runbook}\n" + Section(draft) + Tests(draft, ""),
    };

    /// <summary>The text of its runbook, by the headings that all runbooks have.</summary>
    public static string Runbook(RuleDraft draft) => $"""
        # {draft.Title}
        ## What happened
        Write here what the alert means, in words for somebody who was just woken up.

        ## Check
        1. Write here how to tell whether it is harmless.

        ## Do
        1. Write here what to do when it is not.

        """;

    private const string Detection = """
        logsource: { product: azure, service: auditlogs }    # or signinlogs
        detection:
          selection:
            OperationName: Write here the operation that the rule finds
            Result: success
          condition: selection

        """;

    private static string Head(RuleDraft draft) => $"""
        {(draft.Schema is null ? "" : $"# yaml-language-server: $schema={draft.Schema}\n")}title: {Quoted(draft.Title)}
        id: {draft.Id:D}
        name: {draft.Name}
        status: experimental
        description: >-
          Write here what the rule finds, and why that matters.
        tags: [attack.privilege-escalation, attack.t1078.004]    # the tactics and techniques that it finds
        falsepositives:
          - Write here what else looks like this

        """;

    private static string Level(RuleDraft draft) => $"level: {AlertJson.Word(draft.Level)}\n";

    private static string Correlation(RuleDraft draft) => $$"""
        correlation:
          type: event_count            # or value_count, value_sum, value_avg, value_percentile, temporal, temporal_ordered
          rules: [{{draft.Inputs[0].Name}}]
          group-by: [{{draft.Inputs[0].Who}}]
          timespan: 1h
          condition: { gte: 3 }

        """;

    private static string Section(RuleDraft draft) => "detector:\n  version: 1\n" + (draft.Kind switch
    {
        RuleKinds.Score => $$"""
              type: score
              on: {{draft.Inputs[0].Name}}
              factors:
                - { id: tier, when: { Role.Tier: 0 }, add: 30, else: 10 }
                - { id: off_hours, when: { Time.OffHours: true }, add: 20 }
              condition: { gte: 40 }
              levels: { 40: {{AlertJson.Word(draft.Level)}} }

            """,
        RuleKinds.FirstSeen => $$"""
              type: first_seen
              on: {{draft.Inputs[0].Name}}
              by: [{{draft.Inputs[0].Who}}]    # for whom
              fields: [Role.Id]                # what is new
              history: 90d                     # forgotten after
              warm-up: 14d                     # no alert before
              level: {{AlertJson.Word(draft.Level)}}

            """,
        RuleKinds.Absence => $$"""
              type: absence
              on: {{draft.Inputs[0].Name}}     # what calls for an answer
              expect: {{draft.Inputs[1].Name}} # the answer
              join: { {{draft.Inputs[0].Who}}: {{draft.Inputs[1].Who}} }    # a field of the first: the same of the second
              within: 2h
              level: {{AlertJson.Word(draft.Level)}}

            """,
        RuleKinds.Join => $$"""
              type: join
              rules: [{{draft.Inputs[0].Name}}, {{draft.Inputs[1].Name}}]
              by: { {{draft.Inputs[0].Who}}: {{draft.Inputs[1].Who}} }    # a field of the first: the same of the second
              within: 1h
              ordered: false                   # true: the second not before the first
              level: {{AlertJson.Word(draft.Level)}}

            """,
        _ => $$"""
              type: aggregate
              on: [{{draft.Inputs[0].Name}}, {{draft.Inputs[1].Name}}]
              by: { who: { {{draft.Inputs[0].Name}}: {{draft.Inputs[0].Who}}, {{draft.Inputs[1].Name}}: {{draft.Inputs[1].Who}} } }
              within: 1h
              measures:                        # all must hold
                - { id: first, count: {{draft.Inputs[0].Name}}, gte: 1 }
                - { id: second, count: {{draft.Inputs[1].Name}}, gte: 5 }
              level: {{AlertJson.Word(draft.Level)}}

            """,
    });

    private static string Extension(RuleDraft draft) => $"custom_attributes:\n  detector:\n    runbook: {draft.Runbook}\n" + Tests(draft, "    ");

    private static string Tests(RuleDraft draft, string indent)
    {
        var text = $$"""
            tests:
              - name: what it is for
                at: {{At}}
                events:
                  - { event: audit, OperationName: Write here the events that it must find }
                expect: [ { level: {{AlertJson.Word(draft.Level)}} } ]
              - name: the same, but for one thing
                at: {{At}}
                events:
                  - { event: audit, OperationName: Write here what it must leave alone }
                expect: []

            """;
        return string.Concat(text.Split('\n').SkipLast(1).Select(line => $"{indent}{line}\n"));
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
