using Detector.Engine.Logs;

namespace Detector.Engine.Entra;

/// <summary>Tells which stream a record is of, from whatever its shape offers.</summary>
internal static class RecordKind
{
    /// <summary>
    /// A stream's name as category decides; then the Log Analytics table; then what only audit records and only
    /// sign-ins have.
    /// </summary>
    public static LogStream Of(RecordView record, RecordTexts texts)
    {
        var category = record.Top(SourceField.Category);
        var stream = LogStreams.OfCategory(texts.Bytes(category));
        if (stream != LogStream.Other) return stream;
        stream = LogStreams.OfTable(texts.Bytes(record.Top(SourceField.Type)));
        if (stream != LogStream.Other) return stream;
        // A query may have projected most columns away; any of these is enough.
        if (Has(record, SourceField.ActivityDisplayName) || Has(record, SourceField.LoggedByService) || Has(record, SourceField.InitiatedBy) || Has(record, SourceField.TargetResources)) return LogStream.Audit;
        if (category.Kind == JsonKind.Text && !category.Bytes.IsEmpty) return LogStream.Other;
        return OfGraphSignIn(record, texts);
    }

    private static LogStream OfGraphSignIn(RecordView record, RecordTexts texts)
    {
        if (!Has(record, SourceField.CreatedDateTime)) return LogStream.Other;
        if (!Has(record, SourceField.Status) && !Has(record, SourceField.AppId) && !Has(record, SourceField.IpAddress) && !Has(record, SourceField.ClientAppUsed)) return LogStream.Other;
        var types = new JsonWalker(record.Members.Container(record.Any(SourceField.SignInEventTypes)));
        var first = true;
        if (types.Enter('['))
        {
            while (types.NextElement(ref first) && types.Read(out var type))
            {
                if (LogStreams.OfGraphType(texts.Bytes(type)) is var known && known != LogStream.Other) return known;
            }
        }

        return Has(record, SourceField.ServicePrincipalId) && !Has(record, SourceField.UserId) ? LogStream.ServicePrincipalSignIn : LogStream.SignIn;
    }

    private static bool Has(RecordView record, SourceField field)
    {
        var value = record.Any(field);
        return value.Kind > JsonKind.Null && !value.Bytes.IsEmpty;
    }
}
