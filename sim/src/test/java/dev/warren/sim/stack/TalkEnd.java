package dev.warren.sim.stack;

import static java.util.Objects.requireNonNull;

import dev.warren.netstack.TcpConnection;
import dev.warren.netstack.TcpFailure;
import dev.warren.netstack.TcpState;
import org.jspecify.annotations.Nullable;

/** One side of a talk: runs its program, and checks each byte that comes. */
final class TalkEnd implements TcpConnection.Events, StackWorld.Actor {
  private final String name;
  private @Nullable StackWorld world;
  private @Nullable StackHost host;
  private @Nullable Talk talk;
  private @Nullable TcpConnection connection;
  private @Nullable Plan plan;
  private long outStream;
  private long inStream;

  private int step;
  private long stepDone;
  private long pausedUntil = Long.MIN_VALUE;
  private long readPausedUntil = Long.MIN_VALUE;
  private boolean isReady = true;
  private long sent;
  private long received;
  private boolean hasShutDown;
  private boolean hasClosed;
  private boolean sawEnd;
  private boolean isLost;
  private int connectedCount;
  private int closedCount;
  private @Nullable TcpFailure failure;

  TalkEnd(String name) {
    this.name = name;
  }

  void begin(
      StackWorld newWorld,
      StackHost newHost,
      Talk newTalk,
      TcpConnection newConnection,
      Plan newPlan,
      long newOutStream,
      long newInStream) {
    world = newWorld;
    host = newHost;
    talk = newTalk;
    connection = newConnection;
    plan = newPlan;
    outStream = newOutStream;
    inStream = newInStream;
    newConnection.noDelay(newPlan.noDelay());
    if (newPlan.keepAlive()) {
      newConnection.keepAlive(true, 60 * StackWorld.SECOND, 10 * StackWorld.SECOND, 9);
    }
    newWorld.add(this);
  }

  // Events: only notes are taken, as another thread would be woken.

  @Override
  public void connected() {
    isReady = true;
    if (++connectedCount > 1) {
      throw new AssertionError(this + " connected twice");
    }
  }

  @Override
  public void readable() {
    isReady = true;
  }

  @Override
  public void writable() {
    isReady = true;
  }

  @Override
  public void failed(TcpFailure why) {
    isReady = true;
    if (failure != null) {
      throw new AssertionError(this + " failed twice, now by " + why);
    }
    failure = why;
    if (requireNonNull(connection).state() == TcpState.TIME_WAIT) {
      throw new AssertionError(this + " failed by " + why + " after both sides closed it");
    }
  }

  @Override
  public void closed() {
    isReady = true;
    if (++closedCount > 1) {
      throw new AssertionError(this + " closed twice");
    }
  }

  @Nullable TcpFailure failure() {
    return failure;
  }

  /**
   * Whether it failed before all was exchanged. What comes after that, when the last ACK was lost
   * too often, harms nobody.
   */
  boolean hasFailedBefore(TalkEnd other) {
    boolean exchanged = sawEnd && other.sawEnd && other.received == sent && received == other.sent;
    return failure != null && !(exchanged && hasClosed);
  }

  @Nullable TcpConnection connection() {
    return connection;
  }

  /** Its host is gone, and it with it. */
  void lose() {
    isLost = true;
    requireNonNull(world).remove(this);
  }

  /** Its program has had enough. */
  void giveUp() {
    if (!isLost && !isOver() && connection != null) {
      step = requireNonNull(plan).steps().size();
      connection.abort();
    }
  }

  boolean isOver() {
    if (isLost) {
      return true;
    }
    TcpConnection c = connection;
    return c != null && c.state() == TcpState.CLOSED && (failure != null || isDone());
  }

  private boolean isDone() {
    return step >= requireNonNull(plan).steps().size();
  }

  @Override
  public boolean run(long now) {
    if (!isReady) {
      return false;
    }
    isReady = false;
    checkBuffers();
    boolean worked = !hasClosed && read(now);
    while (connectedCount > 0 && failure == null && !isDone() && perform(now)) {
      step++;
      stepDone = 0;
      worked = true;
    }
    if (failure != null && !hasClosed) {
      hasClosed = true;
      requireNonNull(connection).close();
      worked = true;
    }
    return worked;
  }

  private void wakeAt(long nanos) {
    requireNonNull(world).at(nanos, () -> isReady = true);
  }

  private boolean read(long now) {
    Plan p = requireNonNull(plan);
    TcpConnection c = requireNonNull(connection);
    boolean any = false;
    byte[] into = new byte[p.readBytes()];
    while (now >= readPausedUntil && !sawEnd) {
      int count = c.read(into, 0, into.length);
      if (count == -1) {
        sawEnd = true;
        checkEnd();
        return true;
      }
      if (count <= 0) {
        return any;
      }
      any = true;
      long difference = Content.difference(inStream, received, into, 0, count);
      if (difference >= 0) {
        throw new AssertionError(
            this + " received a wrong byte at " + difference + found(into, count, difference));
      }
      received += count;
      if (p.readPauseNanos() > 0) {
        readPausedUntil = now + p.readPauseNanos();
        wakeAt(readPausedUntil);
      }
    }
    return any;
  }

  /** Where in the stream the bytes belong that came instead of the right ones. */
  private String found(byte[] into, int count, long difference) {
    int at = (int) (difference - received);
    int length = Math.min(16, count - at);
    for (long place = 0; place < difference + 4_000_000; place++) {
      if (Content.difference(inStream, place, into, at, length) < 0) {
        return ", those of " + place;
      }
    }
    return ", beginning with " + into[at];
  }

  /** The end of the stream comes after all of it. */
  private void checkEnd() {
    @Nullable TalkEnd other = requireNonNull(talk).other(this);
    if (other != null
        && !other.isLost
        && (received != other.sent || !(other.hasShutDown || other.hasClosed))) {
      throw new AssertionError(this + " at the end of a stream of " + other.sent);
    }
  }

  /** Does the present step, or as much as goes; whether it is done. */
  private boolean perform(long now) {
    Plan p = requireNonNull(plan);
    TcpConnection c = requireNonNull(connection);
    Step current = p.steps().get(step);
    return switch (current.kind()) {
      case SEND -> send(c, p, current.amount());
      case AWAIT -> received >= current.amount();
      case PAUSE -> {
        if (pausedUntil == Long.MIN_VALUE) {
          pausedUntil = now + current.amount();
          wakeAt(pausedUntil);
        }
        boolean over = now >= pausedUntil;
        if (over) {
          pausedUntil = Long.MIN_VALUE;
        }
        yield over;
      }
      case SHUTDOWN -> {
        hasShutDown = true;
        c.shutdownOutput();
        yield true;
      }
      case AWAIT_END -> sawEnd;
      case CLOSE -> {
        hasClosed = true;
        c.close();
        yield true;
      }
      case ABORT -> {
        hasClosed = true;
        c.abort();
        yield true;
      }
    };
  }

  private boolean send(TcpConnection c, Plan p, long amount) {
    byte[] from = new byte[p.writeBytes()];
    while (stepDone < amount) {
      int length = (int) Math.min(from.length, amount - stepDone);
      Content.fill(outStream, sent, from, 0, length);
      int count = c.write(from, 0, length);
      if (count < 0) {
        return false;
      }
      sent += count;
      stepDone += count;
      if (count < length) {
        return false;
      }
    }
    return true;
  }

  private void checkBuffers() {
    TcpConnection c = requireNonNull(connection);
    StackHost h = requireNonNull(host);
    Talk t = requireNonNull(talk);
    // A window that is rounded up by its scale may exceed the buffer by that.
    if (c.readableBytes() > h.settings().receiveBufferBytes() + 64) {
      throw new AssertionError(this + " holds " + c.readableBytes() + " to be read");
    }
    @Nullable TalkEnd other = t.other(this);
    StackHost peer = h == t.from ? t.to : t.from;
    if (other != null && (other.hasClosed || other.isLost)) {
      return;
    }
    long held = sent - (other == null ? 0 : other.received);
    int most = h.settings().sendBufferBytes() + peer.settings().receiveBufferBytes() + 64;
    if (held > most) {
      throw new AssertionError(this + ": the stacks hold " + held + " bytes, more than " + most);
    }
  }

  private static Object summary(Plan p) {
    return p.steps().size() > 6 ? p.steps().size() : p.steps();
  }

  @Override
  public String toString() {
    TcpConnection c = connection;
    Plan p = plan;
    return "%s %s step %s of %s, %s sent, %s received%s%s%s"
        .formatted(
            name,
            c == null ? "without connection" : c.state(),
            step,
            p == null ? "none" : summary(p),
            sent,
            received,
            sawEnd ? ", saw the end" : "",
            failure == null ? "" : ", " + failure,
            isLost ? ", lost" : "");
  }
}
