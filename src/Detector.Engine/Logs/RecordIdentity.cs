using System.Security.Cryptography;
using System.Text;

namespace Detector.Engine.Logs;

/// <summary>An id for a record that has none, from what makes it this record and no other, the same in every shape.</summary>
internal static class RecordIdentity
{
    private static readonly CanonicalField[] s_parts =
    [
        CanonicalField.Category, CanonicalField.OperationName, CanonicalField.CorrelationId, CanonicalField.ActorId, CanonicalField.ActorUpn,
        CanonicalField.UserId, CanonicalField.UserUpn, CanonicalField.TargetId, CanonicalField.TargetUpn, CanonicalField.ResultType,
    ];

    /// <summary><c>hash:</c> and 32 hex digits.</summary>
    public static string OfContent(LogEvent content)
    {
        var text = new StringBuilder(RecordTime.Format(content.Time));
        foreach (var part in s_parts)
        {
            // Lengths keep neighbours apart: 'ab' and '' is not 'a' and 'b'.
            var value = content[part];
            for (var i = 0; i < value.Count; i++) text.Append('\n').Append((int)part).Append(' ').Append(value[i].Length).Append(' ').Append(value[i]);
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
        return "hash:" + Convert.ToHexStringLower(hash.AsSpan(0, 16));
    }
}
