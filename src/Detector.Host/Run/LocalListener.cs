using System.Net;

namespace Detector.Host.Run;

/// <summary>
/// Answers GETs over plain HTTP for those who watch over the worker. What goes wrong here never touches detection: a port that
/// is taken is told of once and tried again, and a caller that reads slowly holds up no other.
/// </summary>
internal sealed class LocalListener(Uri url, string path, Func<HttpListenerContext, CancellationToken, Task> answer, TimeProvider clock, Action<string> tell)
{
    private const int AtOnceMax = 16;
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly string _address = $"http://{(url.Host is "0.0.0.0" or "[::]" ? "*" : url.Host)}:{url.Port}/{path}";

    /// <summary>Answers until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var isTold = false;
        while (!stop.IsCancellationRequested)
        {
            using var listener = new HttpListener();
            try
            {
                listener.Prefixes.Add(_address);
                listener.Start();
            }
            catch (Exception cause) when (cause is HttpListenerException or System.Net.Sockets.SocketException)
            {
                if (!isTold) tell($"{_address} cannot be listened on and is tried again: {cause.Message}");
                isTold = true;
                await Task.Delay(s_retryAfter, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            if (isTold) tell($"{_address} is listened on now.");
            isTold = false;
            await TakeAsync(listener, stop);
        }
    }

    private async Task TakeAsync(HttpListener listener, CancellationToken stop)
    {
        await using var stopping = stop.Register(listener.Stop);
        using var places = new SemaphoreSlim(AtOnceMax);
        while (!stop.IsCancellationRequested)
        {
            await places.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                var context = await listener.GetContextAsync();
                _ = AnswerAsync(context, places, stop);
            }
            catch (Exception cause) when (cause is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // Who asked has left, or we are stopping.
                if (!listener.IsListening) return;
                places.Release();
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context, SemaphoreSlim places, CancellationToken stop)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(s_patience);
            using var response = context.Response;
            await answer(context, limit.Token).WaitAsync(limit.Token);
        }
#pragma warning disable CA1031 // Whoever asked has left, or reads too slowly, or we are stopping: none of it is detection's.
        catch
#pragma warning restore CA1031
        {
            context.Response.Abort();
        }
        finally
        {
            Release(places);
        }
    }

    private static void Release(SemaphoreSlim places)
    {
        try
        {
            places.Release();
        }
        catch (ObjectDisposedException)
        {
            // The last answer came after the end.
        }
    }
}
