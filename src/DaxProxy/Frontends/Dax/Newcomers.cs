using Microsoft.AspNetCore.Connections;

namespace DaxProxy.Frontends.Dax;

/// <summary>
/// The connections whose clients have not proved yet who they are. There may be <see cref="MaxCount"/>; one more ends the oldest. Clients
/// prove it with the first bytes that they send, so who is in the way has done nothing else for as long as it took so many others to come.
/// </summary>
/// <remarks>
/// Thread-safe. A time limit would be simpler, but the public clients hang on a connection that was closed while they did not use it.
/// </remarks>
internal sealed class Newcomers
{
    /// <summary>Most of them at once.</summary>
    public const int MaxCount = 256;

    private readonly Lock gate = new();
    private readonly LinkedList<Place> line = [];

    /// <summary>Adds one that has just come.</summary>
    public Place Add(ConnectionContext connection)
    {
        Place place = new(this, connection);
        Place? oldest = null;
        lock (gate)
        {
            line.AddLast(place.Node);
            if (line.Count > MaxCount)
            {
                oldest = line.First!.Value;
                line.RemoveFirst();
            }
        }

        oldest?.Connection.Abort(new ConnectionAbortedException("Too many clients have not said who they are."));
        return place;
    }

    /// <summary>The place of one of them.</summary>
    internal sealed class Place
    {
        private readonly Newcomers newcomers;

        public Place(Newcomers newcomers, ConnectionContext connection)
        {
            this.newcomers = newcomers;
            Connection = connection;
            Node = new LinkedListNode<Place>(this);
        }

        public ConnectionContext Connection { get; }

        public LinkedListNode<Place> Node { get; }

        /// <summary>It has proved who it is, or has gone. May be said more than once.</summary>
        public void Leave()
        {
            lock (newcomers.gate)
            {
                if (Node.List is not null)
                {
                    newcomers.line.Remove(Node);
                }
            }
        }
    }
}
