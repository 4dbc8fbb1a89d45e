namespace Detector.Engine.Alerts;

/// <summary>
/// What the pipeline says of an alert: a new or changed one, to be sent at once, or (<paramref name="IsClosing"/>) the
/// last revision again with <see cref="Alert.Final"/> set, since the watermark has passed.
/// </summary>
public readonly record struct AlertRevision(Alert Alert, bool IsClosing);
