namespace Detector.Engine.Windows;

/// <summary>Places in a list: adding one again and again costs next to nothing, since windows of neighbouring hits overlap.</summary>
internal sealed class IndexSet(int count)
{
    private readonly bool[] _has = new bool[count];

    /// <summary>Adds a place, from 0 to count - 1.</summary>
    public void Add(int index) => _has[index] = true;

    /// <summary>What stands at the places, in the order of the list.</summary>
    public List<T> Of<T>(IReadOnlyList<T> list)
    {
        var found = new List<T>();
        for (var i = 0; i < _has.Length; i++)
        {
            if (_has[i]) found.Add(list[i]);
        }

        return found;
    }
}
