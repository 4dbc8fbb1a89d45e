using System.Globalization;
using Detector.Engine.Enrichment;
using Detector.Engine.Entra;
using DuckDB.NET.Data;

namespace Detector.Benchmarks.Replay;

/// <summary>
/// The risk score of every completed activation as one SQL query over the log file: the peer. Two threads, explicit
/// columns, one pass over the file; the calendar of Europe/Amsterdam by the EU's rule, tiers and holidays as tables.
/// </summary>
internal static class DuckDbScore
{
    /// <summary>Score by request id.</summary>
    public static Dictionary<string, int> Run(string path, IReadOnlyCollection<string> codes, int threads, bool isEnvelope)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        Execute(connection, $"SET threads = {threads.ToString(CultureInfo.InvariantCulture)}");
        Execute(connection, "SET preserve_insertion_order = false");
        Execute(connection, "CREATE TEMP TABLE tier (id VARCHAR, tier INTEGER)");
        Execute(connection, "INSERT INTO tier VALUES " + string.Join(", ", EntraRoles.All.Select(role => $"('{role.TemplateId}', {role.Tier(TierProfile.Article)})")));
        Execute(connection, "CREATE TEMP TABLE holiday (day DATE)");
        Execute(connection, "INSERT INTO holiday VALUES " + string.Join(", ", Enumerable.Range(2020, 15).SelectMany(DutchHolidays.Of).Select(day => $"('{day.Date:yyyy-MM-dd}')")));
        Execute(connection, """
            CREATE TEMP MACRO last_sunday(y, m) AS make_date(y, m, 31) - dayofweek(make_date(y, m, 31))::INTEGER;
            CREATE TEMP MACRO amsterdam(t) AS t + CASE
                WHEN t >= last_sunday(year(t), 3)::TIMESTAMP + INTERVAL 1 HOUR AND t < last_sunday(year(t), 10)::TIMESTAMP + INTERVAL 1 HOUR
                THEN INTERVAL 2 HOUR ELSE INTERVAL 1 HOUR END;
            """);

        using var command = connection.CreateCommand();
        command.CommandText = Query(path.Replace("'", "''", StringComparison.Ordinal), codes, isEnvelope);
        using var reader = command.ExecuteReader();
        var scores = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        while (reader.Read()) scores[reader.GetString(0)] = Convert.ToInt32(reader.GetValue(1), CultureInfo.InvariantCulture);
        return scores;
    }

    private static string Query(string path, IEnumerable<string> codes, bool isEnvelope)
    {
        const string record = """
            "time" VARCHAR, category VARCHAR, operationName VARCHAR, resultType VARCHAR,
            properties STRUCT(id VARCHAR, result VARCHAR, userId VARCHAR, originalRequestId VARCHAR,
                initiatedBy STRUCT("user" STRUCT(id VARCHAR)),
                targetResources STRUCT(id VARCHAR, displayName VARCHAR, "type" VARCHAR)[],
                additionalDetails STRUCT("key" VARCHAR, "value" VARCHAR)[])
            """;
        var columns = record.Replace("\"time\" VARCHAR, category VARCHAR, operationName VARCHAR, resultType VARCHAR,\n", "", StringComparison.Ordinal).Trim();
        columns = columns["properties ".Length..].Replace("'", "''", StringComparison.Ordinal);
        var log = isEnvelope
            ? $"(SELECT unnest(records, recursive := false) AS r FROM read_json('{path}', format = 'newline_delimited', maximum_object_size = 67108864, columns = {{records: '{$"STRUCT(\"time\" VARCHAR, category VARCHAR, operationName VARCHAR, resultType VARCHAR, properties {columns})[]"}'}}))"
            : $"read_json('{path}', format = 'newline_delimited', maximum_object_size = 16777216, columns = {{\"time\": 'VARCHAR', category: 'VARCHAR', operationName: 'VARCHAR', resultType: 'VARCHAR', properties: '{columns}'}})";
        var r = isEnvelope ? "r." : "";
        return $"""
            WITH log AS MATERIALIZED (
                SELECT epoch_ns({r}"time"::TIMESTAMP_NS) AS ts, {r}category = 'AuditLogs' AS isAudit, {r}properties AS p
                FROM {log}
                WHERE ({r}category = 'AuditLogs' AND trim({r}operationName) = 'Add member to role completed (PIM activation)' AND lower({r}properties.result) = 'success')
                   OR ({r}category IN ('SignInLogs', 'NonInteractiveUserSignInLogs', 'ServicePrincipalSignInLogs', 'ManagedIdentitySignInLogs')
                       AND {r}resultType IN ({string.Join(", ", codes.Select(code => $"'{code}'"))}))),
            completed AS (
                SELECT coalesce(
                        list_filter(p.additionalDetails, lambda d: d."key" = 'RoleAssignmentRequestId')[1]."value",
                        list_filter(p.additionalDetails, lambda d: d."key" = 'RequestId')[1]."value") AS request,
                    p.initiatedBy."user".id AS person,
                    coalesce(
                        list_filter(p.additionalDetails, lambda d: d."key" = 'TemplateId')[1]."value",
                        list_filter(p.additionalDetails, lambda d: d."key" = 'RoleDefinitionOriginId')[1]."value") AS role,
                    ts
                FROM log WHERE isAudit),
            activation AS (SELECT request, arg_min(person, ts) AS person, arg_min(role, ts) AS role, min(ts) AS ts FROM completed GROUP BY request),
            failure AS (SELECT p.userId AS person, coalesce(nullif(p.originalRequestId, ''), p.id) AS attempt, ts FROM log WHERE NOT isAudit),
            counted AS (
                SELECT a.request, count(DISTINCT f.attempt) AS failures
                FROM activation a LEFT JOIN failure f ON lower(f.person) = lower(a.person) AND f.ts <= a.ts AND f.ts >= a.ts - 3600000000000
                GROUP BY a.request),
            local AS (SELECT *, amsterdam(make_timestamp(ts // 1000)) AS clock FROM activation)
            SELECT l.request,
                CASE WHEN t.tier = 0 THEN 30 ELSE 10 END
                + CASE WHEN hour(l.clock) < 8 OR hour(l.clock) >= 18 THEN 20 ELSE 0 END
                + CASE WHEN dayofweek(l.clock) IN (0, 6) OR l.clock::DATE IN (SELECT day FROM holiday) THEN 15 ELSE 0 END
                + 5 * c.failures AS score
            FROM local l JOIN counted c ON c.request = l.request LEFT JOIN tier t ON t.id = lower(l.role)
            """;
    }

    private static void Execute(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
