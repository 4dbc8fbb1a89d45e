using System.Text;
using Detector.Simulation.Stories;

namespace Detector.Simulation.Records;

/// <summary>Puts records into the chosen layout, and that into a stream by large blocks.</summary>
internal sealed class RecordOutput
{
    private const int BlockBytes = 1024 * 1024;
    private const int EnvelopeRecords = 100;

    private readonly Stream _output;
    private readonly TemplateSet _templates;
    private readonly RecordLayout _layout;
    private readonly byte[] _open, _between, _close;
    private readonly byte[] _buffer = new byte[BlockBytes + RecordTemplate.BytesMax];
    private int _filled;
    private int _inEnvelope;

    public RecordOutput(Stream output, TemplateSet templates, SimulationOptions options)
    {
        _output = output;
        _templates = templates;
        _layout = options.Layout;
        var space = options.Json == JsonStyle.Spaced ? " " : "";
        var name = options.Shape == LogShape.Graph ? "value" : "records";
        var (open, between, close) = options.Layout switch
        {
            RecordLayout.Envelope => ($$"""{"{{name}}":{{space}}[""", $",{space}", "]}\n"),
            RecordLayout.Array => ("[\n", ",\n", "\n]\n"),
            RecordLayout.Csv => (templates.Header + "\r\n", "", "\r\n"),
            _ => ("", "", "\n"),
        };
        (_open, _between, _close) = (Encoding.UTF8.GetBytes(open), Encoding.UTF8.GetBytes(between), Encoding.UTF8.GetBytes(close));
        if (_layout is RecordLayout.Array or RecordLayout.Csv) Put(_open);
    }

    public long Records { get; private set; }

    public long Bytes { get; private set; }

    public void Write(SimEvent @event)
    {
        if (_layout == RecordLayout.Envelope) Put(_inEnvelope == 0 ? _open : _between);
        else if (_layout == RecordLayout.Array && Records > 0) Put(_between);
        _filled += _templates.Write(@event, _buffer.AsSpan(_filled));
        Records++;
        _inEnvelope++;
        if (_layout is RecordLayout.Lines or RecordLayout.Csv) Put(_close);
        else if (_layout == RecordLayout.Envelope && _inEnvelope == EnvelopeRecords) CloseEnvelope();
        if (_filled >= BlockBytes) Flush();
    }

    public void Complete()
    {
        if (_layout == RecordLayout.Envelope && _inEnvelope > 0) CloseEnvelope();
        if (_layout == RecordLayout.Array) Put(_close);
        Flush();
        _output.Flush();
    }

    private void CloseEnvelope()
    {
        Put(_close);
        _inEnvelope = 0;
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(_filled));
        _filled += bytes.Length;
    }

    private void Flush()
    {
        _output.Write(_buffer, 0, _filled);
        Bytes += _filled;
        _filled = 0;
    }
}
