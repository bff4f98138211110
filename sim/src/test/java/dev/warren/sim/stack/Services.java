package dev.warren.sim.stack;

import static java.util.Objects.requireNonNull;

import dev.warren.netstack.TcpConnection;
import dev.warren.netstack.TcpListener;
import dev.warren.netstack.UdpSocket;
import dev.warren.packet.IpAddress;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What runs at a host: two listeners, one of them with little patience and little room, an echo for
 * datagrams, and somebody who sends to the echo of others.
 */
final class Services implements StackWorld.Actor {
  static final int PORT = 80;
  static final int NARROW_PORT = 81;
  private static final int ECHO_PORT = 7;
  private static final int STREAM_BYTES = Long.BYTES;

  /** The talk that an accepted connection belongs to. */
  interface Registry {
    @Nullable Talk find(TcpConnection accepted);
  }

  private final StackWorld world;
  private final StackHost host;
  private final Registry registry;
  private final Random random;
  private @Nullable TcpListener wide;
  private @Nullable TcpListener narrow;
  private @Nullable UdpSocket echo;
  private @Nullable UdpSocket asking;
  private boolean isReady = true;
  private long narrowFrom = Long.MIN_VALUE;

  /** Datagrams that came back. */
  private int echoedCount;

  Services(StackWorld world, StackHost host, Registry registry, Random random) {
    this.world = world;
    this.host = host;
    this.registry = registry;
    this.random = random;
    world.add(this);
    start();
  }

  /** Opens all at the stack that the host has now. */
  void start() {
    try {
      Runnable wake = () -> isReady = true;
      wide = host.stack().listen(null, PORT, 200, wake);
      narrow = host.stack().listen(null, NARROW_PORT, 2, wake);
      echo = host.stack().udp(null, ECHO_PORT, wake);
      asking = host.stack().udp(null, 0, wake);
    } catch (BindException e) {
      throw new AssertionError(e);
    }
  }

  int echoedCount() {
    return echoedCount;
  }

  @Override
  public boolean run(long now) {
    if (!isReady) {
      return false;
    }
    isReady = false;
    boolean worked = accept(requireNonNull(wide), Integer.MAX_VALUE);
    if (now >= narrowFrom && accept(requireNonNull(narrow), 1)) {
      worked = true;
      narrowFrom = now + random.nextInt(300) * StackWorld.MILLISECOND;
      world.at(narrowFrom, () -> isReady = true);
    }
    boolean answered = answer();
    boolean compared = compare();
    return worked || answered || compared;
  }

  private boolean accept(TcpListener listener, int most) {
    for (int i = 0; i < most; i++) {
      TalkEnd end = new TalkEnd("callee");
      TcpConnection connection = listener.accept(end);
      if (connection == null) {
        return i > 0;
      }
      Talk talk = registry.find(connection);
      if (talk == null) {
        connection.abort();
      } else {
        talk.answer(world, end, connection);
      }
    }
    return true;
  }

  // Datagrams.

  /** Sends one of so many bytes to another host's echo. */
  boolean ask(IpAddress to, int bytes, long stream) {
    byte[] data = new byte[bytes];
    ByteBuffer.wrap(data).putLong(stream);
    Content.fill(stream, 0, data, STREAM_BYTES, bytes - STREAM_BYTES);
    return requireNonNull(asking).send(to, ECHO_PORT, ByteBuffer.wrap(data));
  }

  private boolean answer() {
    UdpSocket socket = requireNonNull(echo);
    boolean any = false;
    for (var got = socket.receive(); got != null; got = socket.receive()) {
      any = true;
      check(got.data());
      socket.send(got.from(), got.port(), ByteBuffer.wrap(got.data()));
    }
    return any;
  }

  private boolean compare() {
    UdpSocket socket = requireNonNull(asking);
    boolean any = false;
    for (var got = socket.receive(); got != null; got = socket.receive()) {
      any = true;
      check(got.data());
      echoedCount++;
    }
    return any;
  }

  private void check(byte[] data) {
    long stream = ByteBuffer.wrap(data).getLong();
    long difference = Content.difference(stream, 0, data, STREAM_BYTES, data.length - STREAM_BYTES);
    if (difference >= 0 || data.length != length(stream)) {
      throw new AssertionError(host + " got an altered datagram of " + data.length);
    }
  }

  /** A datagram's number says how long it is. */
  static int length(long stream) {
    int pick = Long.hashCode(stream * 0x9e3779b97f4a7c15L);
    int most = (pick & 7) == 0 ? 65_507 : (pick & 7) < 3 ? 5_000 : 1_300;
    return STREAM_BYTES + Math.floorMod(pick >>> 3, most - STREAM_BYTES + 1);
  }
}
