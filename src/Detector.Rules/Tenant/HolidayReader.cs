using Detector.Engine.Enrichment;

namespace Detector.Rules.Tenant;

/// <summary>Reads <c>holidays</c>: a shipped set, own dates, and days of the set that are worked.</summary>
internal sealed class HolidayReader(FindingList findings, TenantValues values)
{
    private const string NoSet = "none";

    private static readonly string[] s_keys = ["set", "add", "remove"];
    private static readonly string[] s_addKeys = ["date", "name"];

    /// <summary>The settings with what the entry says.</summary>
    public TenantSettings Apply(TenantEntry holidays, TenantSettings below)
    {
        TenantEntry? removed = null;
        foreach (var entry in values.Map(holidays, "{ set: nl }"))
        {
            switch (entry.Key)
            {
                case "set": below = ApplySet(entry, below); break;
                case "add": below = ApplyAdded(entry, below); break;
                case "remove": removed = entry; break;
                default: findings.UnknownKey(entry, "holidays", s_keys); break;
            }
        }

        // Names are checked against the set, wherever in the file that stands.
        return removed is null ? below : ApplyRemoved(removed, below);
    }

    private TenantSettings ApplySet(TenantEntry entry, TenantSettings below)
    {
        string[] known = [.. HolidaySets.Names, NoSet];
        if (values.Text(entry) is not { } text) return below;
        if (string.Equals(text, NoSet, StringComparison.OrdinalIgnoreCase)) return below with { HolidaySet = null };
        if (known.Contains(text, StringComparer.OrdinalIgnoreCase)) return below with { HolidaySet = text };
        findings.Error(entry.Line, $"There is no holiday set '{Shown.Of(text)}'.", $"The sets are {string.Join(", ", known)}; any other calendar can be written under 'add'.");
        return below;
    }

    private TenantSettings ApplyAdded(TenantEntry entry, TenantSettings below)
    {
        var days = new List<NamedDate>();
        foreach (var item in values.List(entry))
        {
            if (item is not TenantMap map)
            {
                findings.Error(item.Line, "A holiday is given by a date and a name.", "Write '- { date: 2026-12-31, name: Closing day }'.");
                continue;
            }

            if (ReadDay(map) is not { } day) continue;
            if (days.Exists(d => d.Date == day.Date)) findings.Warning(map.Line, $"{day.Date:yyyy-MM-dd} is added twice.", "Keep one of them.");
            else days.Add(day);
        }

        return below with { HolidaysAdded = [.. days] };
    }

    private NamedDate? ReadDay(TenantMap map)
    {
        DateOnly? date = null;
        string? name = null;
        var bad = false;
        foreach (var entry in map.Entries)
        {
            switch (entry.Key)
            {
                case "date": bad |= (date = values.Date(entry)) is null; break;
                case "name": bad |= (name = values.Text(entry)) is null; break;
                default: findings.UnknownKey(entry, "a holiday", s_addKeys); break;
            }
        }

        if (bad) return null;
        if (date is { } known && name is not null) return new NamedDate(known, name);
        findings.Error(map.Line, $"The holiday has no {(date is null ? "date" : "name")}.", "Write '- { date: 2026-12-31, name: Closing day }'.");
        return null;
    }

    private TenantSettings ApplyRemoved(TenantEntry entry, TenantSettings below)
    {
        var names = new List<string>();
        var dates = new List<DateOnly>();
        var known = below.HolidaySet is { } set ? HolidaySets.DaysOf(set) : [];
        foreach (var item in values.Texts(entry))
        {
            if (char.IsAsciiDigit(item.Text[0]))
            {
                if (values.Date(new TenantEntry(item.Line, entry.Key, item)) is { } date) dates.Add(date);
            }
            else if (known.Contains(item.Text, StringComparer.OrdinalIgnoreCase))
            {
                names.Add(item.Text);
            }
            else
            {
                var nearest = NearestName.Of(item.Text, known);
                findings.Error(
                    item.Line,
                    $"The holiday set has no '{Shown.Of(item.Text)}' to remove.",
                    nearest is null ? "Give a date (2026-05-05) or the name of a day of the set." : $"Did you mean '{nearest}'?");
            }
        }

        return below with { HolidayNamesRemoved = [.. names], HolidayDatesRemoved = [.. dates] };
    }
}
