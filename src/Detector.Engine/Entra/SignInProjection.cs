using Detector.Engine.Logs;

namespace Detector.Engine.Entra;

/// <summary>Fills the fields of sign-ins, and the same fields of other records that have them. One per thread.</summary>
internal sealed class SignInProjection(FieldSchema schema, RecordTexts texts)
{
    private static readonly CanonicalField[] s_shown =
    [
        CanonicalField.AppId, CanonicalField.AppName, CanonicalField.Ip, CanonicalField.LocationCity, CanonicalField.LocationCountry,
        CanonicalField.DeviceId, CanonicalField.DeviceName, CanonicalField.DeviceCompliant, CanonicalField.DeviceManaged, CanonicalField.DevicePaw,
    ];

    private const int CombinationsMax = 32;

    private readonly bool[] _wanted = Wanted(schema);
    private readonly bool _asksShown = s_shown.Any(field => schema.Asked.Contains((int)field));
    private readonly List<string> _methods = [];
    private readonly List<FieldValue> _combinations = [];
    private bool _isWorkload;

    /// <summary>Fills what only sign-ins have. ResultType is filled already.</summary>
    public void Fill(RecordView record, LogStream stream, LogEvent into)
    {
        if (stream.IsWorkload())
        {
            _isWorkload = true;
        }
        else
        {
            Set(into, CanonicalField.UserId, texts.Filled(record.Any(SourceField.UserId)));
            Set(into, CanonicalField.UserUpn, texts.Filled(record.Any(SourceField.UserPrincipalName)));
            if (Wants(CanonicalField.UserType)) Set(into, CanonicalField.UserType, texts.Filled(record.Any(SourceField.UserType)));
            _isWorkload = false;
        }

        if (_asksShown) FillShown(record, into);
        Plain(record, into, CanonicalField.Client, SourceField.ClientAppUsed);
        Plain(record, into, CanonicalField.AuthRequirement, SourceField.AuthenticationRequirement);
        Plain(record, into, CanonicalField.ConditionalAccess, SourceField.ConditionalAccessStatus);
        Plain(record, into, CanonicalField.RiskLevel, SourceField.RiskLevelDuringSignIn);
        Plain(record, into, CanonicalField.RiskState, SourceField.RiskState);
        Plain(record, into, CanonicalField.RiskDetail, SourceField.RiskDetail);
        if (Wants(CanonicalField.AuthMethods)) into[CanonicalField.AuthMethods] = Methods(record);
    }

    /// <summary>Fills what alerts show, where <see cref="Fill"/> has not done so for the rules.</summary>
    public void Complete(RecordView record, LogEvent into)
    {
        if (!_asksShown) FillShown(record, into);
    }

    // Program, address, place and device.
    private void FillShown(RecordView record, LogEvent into)
    {
        var (program, principal) = (SourceField.AppDisplayName, SourceField.ServicePrincipalName);
        if (_isWorkload) (program, principal) = (principal, program);
        Set(into, CanonicalField.AppName, texts.Filled(record.Any(program)) ?? texts.Filled(record.Any(principal)));
        Set(into, CanonicalField.AppId, texts.Filled(record.Any(SourceField.AppId)) ?? texts.Filled(record.Any(SourceField.ServicePrincipalId)));
        Set(into, CanonicalField.Ip, texts.Filled(record.Any(SourceField.IpAddress)) ?? texts.Filled(record.TopFirst(SourceField.CallerIpAddress)));
        FillLocation(record, into);
        FillDevice(record, into);
    }

    /// <summary>
    /// <c>resultType</c> when it is a number, else <c>status.errorCode</c>, else whatever <c>resultType</c> says: some
    /// rows have <c>Failure</c> there beside an error code.
    /// </summary>
    public string? ResultType(RecordView record)
    {
        var given = texts.Filled(record.TopFirst(SourceField.ResultType));
        if (IsCode(given)) return given;
        var status = record.Members.Container(record.Any(SourceField.Status));
        return (status.IsEmpty ? null : texts.Filled(texts.Find(status, "errorCode"u8))) ?? given;
    }

    private void FillLocation(RecordView record, LogEvent into)
    {
        // Event Hub rows have a country at the top and an object in 'properties'; Log Analytics calls the object LocationDetails.
        var top = record.Top(SourceField.Location);
        var json = record.Members.Container(record.Any(SourceField.Location));
        if (json.IsEmpty) json = record.Members.Container(record.Any(SourceField.LocationDetails));
        if (json.IsEmpty) json = record.Members.Container(top);
        if (!json.IsEmpty)
        {
            Set(into, CanonicalField.LocationCity, texts.Filled(texts.Find(json, "city"u8)));
            Set(into, CanonicalField.LocationCountry, texts.Filled(texts.Find(json, "countryOrRegion"u8)));
        }

        if (!into[CanonicalField.LocationCountry].IsPresent && record.Members.Container(top).IsEmpty) Set(into, CanonicalField.LocationCountry, texts.Filled(top));
    }

    private void FillDevice(RecordView record, LogEvent into)
    {
        var json = record.Members.Container(record.Any(SourceField.DeviceDetail));
        var walker = new JsonWalker(json);
        if (!walker.Enter('{')) return;
        var first = true;
        while (walker.NextKey(ref first, out var key) && walker.Read(out var value))
        {
            if (JsonText.Is(key, "deviceId"u8)) SetOnce(into, CanonicalField.DeviceId, texts.Filled(value));
            else if (JsonText.Is(key, "displayName"u8)) SetOnce(into, CanonicalField.DeviceName, texts.Filled(value));
            else if (JsonText.Is(key, "isCompliant"u8)) SetOnce(into, CanonicalField.DeviceCompliant, texts.Lower(value));
            else if (JsonText.Is(key, "isManaged"u8)) SetOnce(into, CanonicalField.DeviceManaged, texts.Lower(value));
        }

        if (walker.Fault is { } fault) texts.Fail(fault, walker.Position);
    }

    private FieldValue Methods(RecordView record)
    {
        var walker = new JsonWalker(record.Members.Container(record.Any(SourceField.AuthenticationDetails)));
        if (!walker.Enter('[')) return default;
        _methods.Clear();
        var first = true;
        while (walker.NextElement(ref first) && walker.Read(out var step))
        {
            if (step.Kind == JsonKind.Object && texts.Filled(texts.Find(step.Bytes, "authenticationMethod"u8)) is { } method && !_methods.Contains(method)) _methods.Add(method);
        }

        if (walker.Fault is { } fault) texts.Fail(fault, walker.Position);
        return Combined();
    }

    // People come with few combinations of methods.
    private FieldValue Combined()
    {
        if (_methods.Count < 2) return FieldValue.Of(_methods);
        foreach (var known in _combinations)
        {
            if (IsOfMethods(known)) return known;
        }

        var made = FieldValue.Of(_methods);
        if (_combinations.Count < CombinationsMax) _combinations.Add(made);
        return made;
    }

    private bool IsOfMethods(FieldValue known)
    {
        if (known.Count != _methods.Count) return false;
        for (var i = 0; i < _methods.Count; i++)
        {
            if (!string.Equals(known[i], _methods[i], StringComparison.Ordinal)) return false;
        }

        return true;
    }

    private void Plain(RecordView record, LogEvent into, CanonicalField field, SourceField source)
    {
        if (Wants(field)) Set(into, field, texts.Filled(record.Any(source)));
    }

    private bool Wants(CanonicalField field) => _wanted[(int)field];

    // A code rather than a word.
    private static bool IsCode(string? result) => result is { Length: > 0 } && !result.AsSpan().ContainsAnyExceptInRange('0', '9');

    private static void SetOnce(LogEvent into, CanonicalField field, string? text)
    {
        if (!into[field].IsPresent) Set(into, field, text);
    }

    private static void Set(LogEvent into, CanonicalField field, string? text)
    {
        if (text is not null) into[field] = FieldValue.Of(text);
    }

    private static bool[] Wanted(FieldSchema schema)
    {
        var wanted = new bool[CanonicalFields.Count];
        for (var i = 0; i < wanted.Length; i++) wanted[i] = schema.Asked.Contains(i);
        return wanted;
    }
}
