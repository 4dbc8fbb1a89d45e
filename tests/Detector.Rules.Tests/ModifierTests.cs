using Detector.Engine.Logs;
using Xunit;

namespace Detector.Rules.Tests;

/// <summary>Which modifiers go together, and with which values.</summary>
public sealed class ModifierTests
{
    [Theory]
    [InlineData("Result|startwith: x", "There is no modifier 'startwith'. Did you mean 'startswith'?")]
    [InlineData("Result|: x", "There is no modifier ''.")]
    [InlineData("Result|contains|contains: x", "The modifier 'contains' stands twice. Write it once.")]
    [InlineData("Result|contains|endswith: x", "The modifiers 'contains|endswith' exclude one another.")]
    [InlineData("Result|i: x", "The modifier 'i' follows 're' only. Write 're|i'.")]
    [InlineData("Result|contains|re: x", "The modifier 're' takes the value as it stands, and must come first. Write 're|contains', or leave one out.")]
    [InlineData("Result|all|cidr: [ 192.0.2.0/24, 192.0.3.0/24 ]", "The modifier 'cidr' takes the value as it stands, and must come first. Write 'cidr|all', or leave one out.")]
    [InlineData("Result|re|cidr: x", "The modifiers 're|cidr' exclude one another.")]
    [InlineData("Result|cidr|contains: x", "The modifiers 'cidr|contains' exclude one another.")]
    [InlineData("Result|exists|startswith: true", "The modifiers 'exists|startswith' exclude one another.")]
    [InlineData("Result|exists|expand: true", "The modifiers 'exists|expand' exclude one another.")]
    [InlineData("Result|gt|lt: 5", "The modifiers 'gt|lt' stand in the wrong order, or exclude one another.")]
    [InlineData("Result|gt|hour: 5", "The modifiers 'gt|hour' stand in the wrong order, or exclude one another. Take the part of a time first and compare then, as in 'hour|gte'.")]
    [InlineData("Result|hour|minute: 5", "The modifiers 'hour|minute' exclude one another.")]
    [InlineData("Result|contains|gt: 5", "The modifiers 'contains|gt' exclude one another.")]
    [InlineData("Result|hour|contains: 5", "The modifiers 'hour|contains' exclude one another.")]
    [InlineData("Result|re|base64: x", "The modifiers 're|base64' exclude one another.")]
    [InlineData("Result|re|cased: x", "Regular expressions tell capitals from small letters already.")]
    [InlineData("Result|cased|gt: 5", "The modifiers 'cased|gt' exclude one another.")]
    [InlineData("Result|base64offset: secret", "'base64offset' gives the middle of an encoded text, which no whole field equals. Write 'base64offset|contains'.")]
    [InlineData("Result|contains|base64: secret", "'base64' would encode the wildcards of 'contains' with the text. Write 'base64|contains'.")]
    [InlineData("Result|contains|fieldref: Service", "'contains' before 'fieldref' would change the name of the field. Write 'fieldref|contains', or leave one out.")]
    [InlineData("Result|fieldref|base64: Service", "The modifiers 'fieldref|base64' exclude one another.")]
    [InlineData("Result|base64|fieldref: Service", "The modifiers 'base64|fieldref' exclude one another.")]
    [InlineData("Result|fieldref|expand: '%x%'", "The modifiers 'fieldref|expand' exclude one another.")]
    [InlineData("Result|fieldref|re: Service", "The modifiers 'fieldref|re' exclude one another.")]
    [InlineData("'|exists': true", "A keyword is looked for in the whole record")]
    [InlineData("'|gt': 5", "A keyword is looked for in the whole record")]
    [InlineData("'|fieldref': Service", "A keyword is looked for in the whole record")]
    public void Modifiers_that_do_not_go_together_are_refused(string entry, string message) => Refused(entry, message);

    [Theory]
    [InlineData("Result|contains: 5", "'5' is a number, and the modifier needs a text. Put it in quotes: '5'.")]
    [InlineData("Result|cased: 5", "'5' is a number, and the modifier needs a text.")]
    [InlineData("Result|base64: true", "'true' is true or false, and the modifier needs a text.")]
    [InlineData("Result|cased: null", "null cannot be combined with a modifier.")]
    [InlineData("Result|contains: [ x, null ]", "null cannot be combined with a modifier.")]
    [InlineData("Result|gt: '5'", "'5' is no number. Write it without quotes.")]
    [InlineData("Result|gt: five", "'five' is no number. Compare with a number.")]
    [InlineData("Result|exists: 'true'", "'exists' takes true or false. Write 'field|exists: true', without quotes.")]
    [InlineData("Result|exists: 1", "'exists' takes true or false.")]
    [InlineData("Time|hour: 24", "No hour is 24. Give a whole number from 0 to 23.")]
    [InlineData("Time|day: 0", "No day is 0. Give a whole number from 1 to 31.")]
    [InlineData("Time|minute: 5.5", "No minute is 5.5. Give a whole number from 0 to 59.")]
    [InlineData("Time|month: March", "'March' is no number. Compare with a number.")]
    [InlineData("Result|base64: a*c", "'a*c' has a wildcard, which cannot be encoded.")]
    [InlineData("Result|base64offset|contains: ab", "'ab' is shorter than 3 bytes: inside Base64 it would be found everywhere.")]
    [InlineData("Result|wide: é", "'é' has characters beyond ASCII, whose UTF-16 bytes are no text until they are encoded")]
    [InlineData("Result|windash|base64: -a -b -c -d", "'-a -b -c -d' has more than 3 dashes to encode in each of their forms.")]
    [InlineData("Result|fieldref: Ser*", "'Ser*' names no field.")]
    [InlineData("Result|fieldref: 5", "'5' names no field.")]
    [InlineData("Result|cidr: 192.0.2.0/33", "'192.0.2.0/33' is no network.")]
    [InlineData("Result: []", "There is no value to compare with.")]
    [InlineData("Result: { a: b }", "A value is a map or a list.")]
    [InlineData("'|all': [ a, null ]", "null is no keyword.")]
    [InlineData("Result|re|startswith: 'a)|(b'", "The regular expression is not valid")]
    public void Values_that_a_modifier_cannot_take_are_refused(string entry, string message) => Refused(entry, message);

    [Theory]
    [InlineData("Result|all: x", "'all' changes nothing for a single value")]
    [InlineData("Result|contains: ''", "An empty text is part of every text")]
    [InlineData("Result|fieldref: Result", "'Result' is compared with itself.")]
    [InlineData("Result|fieldref: Resutl", "No record is known to have the field 'Resutl'")]
    public void What_was_probably_not_meant_is_warned_of(string entry, string message)
    {
        var warning = Assert.Single(InMemory.Load(InMemory.Sigma($"  s:\n    {entry}\n  condition: s\n")).Diagnostics, problem => problem is { Severity: DiagnosticSeverity.Warning, Line: 6 });
        Assert.Contains(message, warning.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'|all': [ alpha, beta ]", "{\"a\":\"Beta alpha\"}", true)]
    [InlineData("'|all': [ alpha, beta ]", "{\"a\":\"alpha\"}", false)]
    [InlineData("'|neq': [ alpha, beta ]", "{\"a\":\"gamma\"}", true)]
    [InlineData("'|neq': [ alpha, beta ]", "{\"a\":\"beta\"}", false)]
    [InlineData("'|cased': Alpha", "{\"a\":\"alpha\"}", false)]
    [InlineData("'|re': 'al.ha'", "{\"a\":\"alpha\"}", true)]
    [InlineData("'|re|i': 'AL.HA'", "{\"a\":\"alpha\"}", true)]
    [InlineData("'|contains': alpha", "{\"a\":\"an alphabet\"}", true)]
    [InlineData("'|base64offset': alpha", "{\"a\":\"eGFscGhh\"}", false)]
    [InlineData("'|base64offset|contains': alpha", "{\"a\":\"eGFscGhheA==\"}", true)]
    [InlineData("'|windash': ' -enc'", "{\"a\":\"powershell /enc\"}", true)]
    [InlineData("'': 50126", "{\"a\":50126}", true)]
    public void Keywords_take_modifiers(string entry, string record, bool expected)
    {
        var loaded = InMemory.Load(InMemory.Sigma($"  s:\n    {entry}\n  condition: s\n"));
        if (loaded.Rules is not { } rules)
        {
            Assert.False(expected, string.Join('\n', loaded.Diagnostics));
            return;
        }

        var logged = new LogEvent(rules.Schema);
        logged[CanonicalField.Category] = FieldValue.Of("AuditLogs");
        Assert.True(rules.Schema.TryGetSlot("(record)", out var whole));
        logged[whole] = FieldValue.Of(record);
        Assert.Equal(expected, rules.Sigma[0].Predicate.Matches(logged));
    }

    private static void Refused(string entry, string message)
    {
        var error = Assert.Single(InMemory.Errors(InMemory.Load(InMemory.Sigma($"  s:\n    {entry}\n  condition: s\n"))));
        Assert.StartsWith("rules/a.yml:6: error: ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }
}
