using System.Globalization;
using Detector.Engine.Logs;

namespace Detector.Engine.Entra;

/// <summary>Fills the fields of directory and PIM audit records. One per thread.</summary>
internal sealed class AuditProjection(FieldSchema schema, RecordTexts texts)
{
    private static readonly byte[][] s_notScopes = Types("Directory", "User", "Role", "Request", "Other", "ServicePrincipal");
    private static readonly byte[][] s_notSubjects = Types("Role", "Request", "Directory");

    private readonly AuditDetails _details = new();
    private readonly AuditTargets _targets = new();
    private readonly bool[] _asked = [.. Enumerable.Range(0, CanonicalFields.Count).Select(slot => schema.Asked.Contains(slot))];
    private readonly bool _asksSpan = new[] { CanonicalField.ActivationStart, CanonicalField.ActivationEnd, CanonicalField.ActivationHours }.Any(field => schema.Asked.Contains((int)field));
    private readonly (int Slot, string Name, bool Old)[] _modified = ModifiedSlots(schema);

    /// <summary>Fills what only audit records have. Category, OperationName, Result and Service are filled already.</summary>
    public void Fill(RecordView record, LogEvent into)
    {
        var targetJson = record.Members.Container(record.Any(SourceField.TargetResources));
        var detailJson = record.Members.Container(record.Any(SourceField.AdditionalDetails));
        _targets.Read(targetJson, texts);
        _details.Read(detailJson, texts);
        FillActor(record, detailJson, into);

        var operation = into.Text(CanonicalField.OperationName) ?? "";
        if (string.Equals(into.Text(CanonicalField.Service), PimOperations.Service, StringComparison.Ordinal) || PimOperations.Contains(operation)) FillPim(record, targetJson, detailJson, operation, into);
        else FillDirectory(targetJson, operation, into);

        foreach (var (slot, name, old) in _modified) into[slot] = ModifiedProperties.Find(targetJson, _targets, name, old, texts);
    }

    private void FillActor(RecordView record, ReadOnlySpan<byte> detailJson, LogEvent into)
    {
        var json = record.Members.Container(record.Any(SourceField.InitiatedBy));
        var user = texts.Find(json, "user"u8);
        var ip = texts.Filled(_details.Value(detailJson, AuditDetail.IpAddr));
        if (user.Kind == JsonKind.Object)
        {
            if (Asks(CanonicalField.ActorType)) Set(into, CanonicalField.ActorType, "User");
            Set(into, CanonicalField.ActorId, texts.Filled(texts.Find(user.Bytes, "id"u8)));
            Set(into, CanonicalField.ActorUpn, texts.Filled(texts.Find(user.Bytes, "userPrincipalName"u8)));
            ip ??= texts.Filled(texts.Find(user.Bytes, "ipAddress"u8));
        }
        else if (texts.Find(json, "app"u8) is { Kind: JsonKind.Object } app)
        {
            if (Asks(CanonicalField.ActorType)) Set(into, CanonicalField.ActorType, "App");
            Set(into, CanonicalField.ActorId, texts.Filled(texts.Find(app.Bytes, "servicePrincipalId"u8)));
            Set(into, CanonicalField.ActorAppId, texts.Filled(texts.Find(app.Bytes, "appId"u8)));
            Set(into, CanonicalField.ActorAppName, texts.Filled(texts.Find(app.Bytes, "displayName"u8)) ?? texts.Filled(texts.Find(app.Bytes, "servicePrincipalName"u8)));
        }

        Set(into, CanonicalField.ActorIp, ip ?? texts.Filled(record.TopFirst(SourceField.CallerIpAddress)));
    }

    private void FillPim(RecordView record, ReadOnlySpan<byte> targetJson, ReadOnlySpan<byte> detailJson, string operation, LogEvent into)
    {
        var role = _targets.OfType(targetJson, "Role"u8);
        if (role < 0 && _targets.Count > 0 && !_targets[0].Type.Found) role = 0;
        Set(into, CanonicalField.RoleId, Detail(detailJson, AuditDetail.TemplateId) ?? Detail(detailJson, AuditDetail.RoleDefinitionOriginId)
            ?? (role < 0 ? null : texts.Filled(_targets[role].Id.In(targetJson))));
        if (role >= 0) Set(into, CanonicalField.RoleName, texts.Name(_targets[role].Name.In(targetJson)));
        if (Asks(CanonicalField.RoleScope)) Set(into, CanonicalField.RoleScope, Scope(targetJson, detailJson));
        FillTarget(Subject(targetJson, operation), targetJson, into);

        var request = _targets.OfType(targetJson, "Request"u8);
        Set(into, CanonicalField.RequestId, texts.Unique(_details.Value(detailJson, AuditDetail.RoleAssignmentRequestId)) ?? texts.Unique(_details.Value(detailJson, AuditDetail.RequestId))
            ?? (request < 0 ? null : texts.Unique(_targets[request].Id.In(targetJson)))
            ?? texts.Unique(record.Any(SourceField.CorrelationId)));

        // On success the reason is what the user wrote; on failure it is PIM's error, and for settings their changes.
        var writesReason = string.Equals(into.Text(CanonicalField.Result), "success", StringComparison.Ordinal) && !operation.Equals(PimOperations.SettingUpdated, StringComparison.OrdinalIgnoreCase);
        Set(into, CanonicalField.Justification, (writesReason ? into.Text(CanonicalField.ResultReason) : null) ?? Detail(detailJson, AuditDetail.Justification));
        Set(into, CanonicalField.TicketNumber, Detail(detailJson, AuditDetail.TicketNumber));
        Set(into, CanonicalField.TicketSystem, Detail(detailJson, AuditDetail.TicketSystem));
        if (Asks(CanonicalField.ActivationMfa)) Set(into, CanonicalField.ActivationMfa, texts.Lower(_details.Value(detailJson, AuditDetail.IsAuthenticatedWithMfa)));
        if (Asks(CanonicalField.ActivationApprovalRequired)) Set(into, CanonicalField.ActivationApprovalRequired, texts.Lower(_details.Value(detailJson, AuditDetail.IsActivationRequireApproval)));
        if (_asksSpan) FillSpan(detailJson, into);
    }

    private void FillSpan(ReadOnlySpan<byte> detailJson, LogEvent into)
    {
        var hasStart = texts.TryTime(_details.Value(detailJson, AuditDetail.StartTime), out var start);
        var hasEnd = texts.TryTime(_details.Value(detailJson, AuditDetail.ExpirationTime), out var end);
        if (hasStart) Set(into, CanonicalField.ActivationStart, RecordTime.Format(start));
        if (hasEnd) Set(into, CanonicalField.ActivationEnd, RecordTime.Format(end));
        if (!hasStart || !hasEnd) return;
        var hours = Math.Round((decimal)(end.Ticks - start.Ticks) / TimeSpan.TicksPerHour, 6);
        Set(into, CanonicalField.ActivationHours, hours.ToString("0.######", CultureInfo.InvariantCulture));
    }

    // The group of PIM for Groups, the resource of PIM for Azure resources; Entra roles have the directory there.
    private string? Scope(ReadOnlySpan<byte> targetJson, ReadOnlySpan<byte> detailJson)
    {
        var at = _targets.OfType(targetJson, "Group"u8);
        if (at < 0 && _targets.Count > 3 && !IsOneOf(_targets[3].Type.In(targetJson), s_notScopes)) at = 3;
        return (at < 0 ? null : texts.Name(_targets[at].Name.In(targetJson)) ?? texts.Filled(_targets[at].Id.In(targetJson)))
            ?? Detail(detailJson, AuditDetail.Scope) ?? Detail(detailJson, AuditDetail.DirectoryScopeId) ?? Detail(detailJson, AuditDetail.ResourceId);
    }

    private int Subject(ReadOnlySpan<byte> targetJson, string operation)
    {
        var user = _targets.OfType(targetJson, "User"u8);
        if (user >= 0) return user;
        if (operation.Equals(PimOperations.SettingUpdated, StringComparison.OrdinalIgnoreCase)) return -1;
        var index = operation.Equals(PimOperations.ActivationExpired, StringComparison.OrdinalIgnoreCase) ? 3 : 2;
        if (index >= _targets.Count) return -1;
        return IsOneOf(_targets[index].Type.In(targetJson), s_notSubjects) ? -1 : index;
    }

    private void FillDirectory(ReadOnlySpan<byte> targetJson, string operation, LogEvent into)
    {
        FillTarget(_targets.Count > 0 ? 0 : -1, targetJson, into);
        if (!operation.Contains(" role", StringComparison.OrdinalIgnoreCase)) return;
        Set(into, CanonicalField.RoleId, Changed(targetJson, "Role.TemplateId"));
        var name = Changed(targetJson, "Role.DisplayName");
        if (name is null && _targets.OfType(targetJson, "Role"u8) is >= 0 and var role) name = texts.Name(_targets[role].Name.In(targetJson));
        Set(into, CanonicalField.RoleName, name);
    }

    // An addition has it in newValue; a removal fills oldValue and leaves newValue null.
    private string? Changed(ReadOnlySpan<byte> targetJson, string name)
    {
        var after = ModifiedProperties.Find(targetJson, _targets, name, old: false, texts).Text;
        return !string.IsNullOrEmpty(after) ? after : ModifiedProperties.Find(targetJson, _targets, name, old: true, texts).Text is { Length: > 0 } before ? before : null;
    }

    private void FillTarget(int index, ReadOnlySpan<byte> targetJson, LogEvent into)
    {
        if (index < 0) return;
        var target = _targets[index];
        Set(into, CanonicalField.TargetId, texts.Filled(target.Id.In(targetJson)));
        Set(into, CanonicalField.TargetUpn, texts.Filled(target.Upn.In(targetJson)));
        if (Asks(CanonicalField.TargetType)) Set(into, CanonicalField.TargetType, texts.Filled(target.Type.In(targetJson)));
        if (Asks(CanonicalField.TargetName)) Set(into, CanonicalField.TargetName, texts.Filled(target.Name.In(targetJson)));
    }

    // Fields that no alert shows are filled where a rule asks for them.
    private bool Asks(CanonicalField field) => _asked[(int)field];

    private string? Detail(ReadOnlySpan<byte> json, AuditDetail key) => texts.Filled(_details.Value(json, key));

    private static void Set(LogEvent into, CanonicalField field, string? text)
    {
        if (text is not null) into[field] = FieldValue.Of(text);
    }

    private static bool IsOneOf(in JsonValue type, byte[][] names)
    {
        foreach (var name in names)
        {
            if (JsonText.Is(type, name)) return true;
        }

        return false;
    }

    private static byte[][] Types(params string[] names) => [.. names.Select(System.Text.Encoding.ASCII.GetBytes)];

    private static (int Slot, string Name, bool Old)[] ModifiedSlots(FieldSchema schema)
    {
        var slots = new List<(int, string, bool)>();
        for (var i = 0; i < schema.Count; i++)
        {
            var name = schema.Fields[i].Name;
            if (schema.Fields[i].Kind != FieldKind.Modified || !name.StartsWith("Modified.", StringComparison.OrdinalIgnoreCase)) continue;
            var old = name.EndsWith(".Old", StringComparison.OrdinalIgnoreCase);
            if (!old && !name.EndsWith(".New", StringComparison.OrdinalIgnoreCase)) continue;
            if (name.Length > "Modified..Old".Length) slots.Add((i, name["Modified.".Length..^".Old".Length], old));
        }

        return [.. slots];
    }
}
