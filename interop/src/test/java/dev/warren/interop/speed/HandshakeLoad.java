package dev.warren.interop.speed;

import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.protocol.Outbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Genuine handshakes from many peers with one responder: a process of its own, in the namespace
 * beside the responder's.
 *
 * <p>Never more than {@link #IN_FLIGHT} are under way. So the responder never counts as under load
 * (wireguard-go does with 128 queued messages, Warren and Linux with 512), and is measured at the
 * work of handshakes and not at turning them away.
 *
 * <p><b>Shape:</b> a handshake message bears its type at 0, its sender's index at 4; a response its
 * receiver's index at 8.
 */
public final class HandshakeLoad {
  static final int IN_FLIGHT = 32;

  /** Printed when what was done so far begins to count, and when it no longer does. */
  static final String MEASURING = "measuring";

  static final String DONE = "done";

  private static final long GIVEN_UP_NANOS = 1_000_000_000;
  private static final int INITIATION = 1;
  private static final int RESPONSE = 2;
  private static final int LONGEST_BYTES = 2048;

  private final DatagramChannel channel;
  private final Selector selector;
  private final ByteBuffer out = ByteBuffer.allocateDirect(LONGEST_BYTES);
  private final ByteBuffer in =
      ByteBuffer.allocateDirect(LONGEST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final Deque<Initiator> waiting = new ArrayDeque<>();
  private final Deque<Integer> begun = new ArrayDeque<>();
  private final Map<Integer, Initiator> underWay = new HashMap<>();
  private int lastIndex;
  private long doneCount;
  private long failedCount;

  private HandshakeLoad(InetSocketAddress responder) throws IOException {
    channel = DatagramChannel.open().connect(responder);
    channel.configureBlocking(false);
    selector = Selector.open();
    channel.register(selector, SelectionKey.OP_READ);
  }

  /**
   * Arguments: the responder's public key, its address and port, seconds to warm up, seconds to
   * measure, a file with the private keys of the peers, one a line.
   */
  public static void main(String[] arguments) throws IOException {
    PublicKey key = Objects.requireNonNull(PublicKey.parseBase64(arguments[0]));
    int port = Integer.parseInt(arguments[2]);
    HandshakeLoad load = new HandshakeLoad(new InetSocketAddress(arguments[1], port));
    Endpoint responder = new Endpoint(Objects.requireNonNull(IpAddress.parse(arguments[1])), port);
    for (String line : Files.readAllLines(Path.of(arguments[5]))) {
      Secret own = Objects.requireNonNull(Secret.parseBase64(line));
      load.waiting.add(new Initiator(own, key, responder, load.outlet()));
    }
    load.run(Long.parseLong(arguments[3]));
    System.out.println(MEASURING);
    load.doneCount = 0;
    load.failedCount = 0;
    load.run(Long.parseLong(arguments[4]));
    System.out.printf("%s %d %d%n", DONE, load.doneCount, load.failedCount);
  }

  private void run(long seconds) throws IOException {
    long end = System.nanoTime() + seconds * 1_000_000_000;
    for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
      giveUp(now);
      begin(now);
      if (receive(now) == 0) {
        selector.selectedKeys().clear();
        selector.select(1);
      }
    }
  }

  private void begin(long now) {
    while (underWay.size() < IN_FLIGHT) {
      Initiator next = waiting.peek();
      if (next == null || !next.mayBegin(now)) {
        return;
      }
      waiting.remove();
      next.begin(now);
      underWay.put(lastIndex, next);
      begun.add(lastIndex);
    }
  }

  /** Handshakes come to their ends in about the order of their beginnings. */
  private void giveUp(long now) {
    while (!begun.isEmpty()) {
      Initiator oldest = underWay.get(begun.element());
      if (oldest != null && now - oldest.begunNanos() < GIVEN_UP_NANOS) {
        return;
      }
      if (oldest != null) {
        underWay.remove(begun.element());
        waiting.add(oldest);
        failedCount++;
      }
      begun.remove();
    }
  }

  private int receive(long now) throws IOException {
    int received = 0;
    while (channel.read(in.clear()) > 0) {
      received++;
      boolean isResponse = in.position() >= 12 && in.getInt(0) == RESPONSE;
      Initiator initiator = isResponse ? underWay.remove(in.getInt(8)) : null;
      if (initiator != null) {
        initiator.receive(MemorySegment.ofBuffer(in.flip()), now);
        waiting.add(initiator);
        doneCount++;
      }
    }
    return received;
  }

  private Outbox.Outlet outlet() {
    return new Outbox.Outlet() {
      @Override
      public void sendDatagrams(Batch batch) {
        for (int slot = 0; slot < batch.count(); slot++) {
          send(batch.memory().asSlice(batch.offset(slot), batch.length(slot)));
        }
      }

      @Override
      public void writePackets(Batch batch) {}
    };
  }

  private void send(MemorySegment message) {
    ByteBuffer bytes = message.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.getInt(0) == INITIATION) {
      lastIndex = bytes.getInt(4);
    }
    try {
      channel.write(out.clear().put(bytes).flip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The command line of the process, for the same JVM and classes as this one's. */
  static List<String> commandLine(
      String responderKey, String address, int port, int warmUpSeconds, int seconds, Path keys) {
    List<String> argv = new ArrayList<>(ChildJvm.of(HandshakeLoad.class, "-Xmx512m"));
    argv.addAll(
        List.of(
            responderKey, address, "" + port, "" + warmUpSeconds, "" + seconds, keys.toString()));
    return argv;
  }
}
