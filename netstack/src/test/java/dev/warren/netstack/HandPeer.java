package dev.warren.netstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.Batch;
import dev.warren.packet.Checksum;
import dev.warren.packet.IpAddress;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The other side of a stack's connections, without a protocol of its own: it sends the segments
 * that a test writes, and hands over what the stack sends, on a clock that the test moves.
 */
final class HandPeer {
  static final long MILLI = 1_000_000;
  static final long SECOND = 1000 * MILLI;
  static final int PORT = 80;
  static final int MTU = 1420;

  /** What fits into a packet with timestamps; twelve more without. */
  static final int FULL = MTU - 40 - 12;

  final Stack stack;
  final Heard heard = new Heard();
  private final IpAddress us;
  private final IpAddress them;
  private final Batch out = new Batch(1024, 4 << 20);

  long now = 1_000_000_000_000L;
  int port = 4000;
  int stackPort = PORT;

  /** Our next sequence number, and the stack's next that we know of. */
  int sequence = 1_000_000;

  int acknowledgment;

  /** As written into the header. */
  int window = 0xffff;

  // What our SYN says.
  int mss = 1460;
  int scale = -1;
  boolean sack;
  boolean stamps;

  /** The timestamp that we send and the one that we echo. */
  int stamp = 1;

  int echo;
  int stackScale;
  @Nullable TcpListener listener;

  HandPeer() {
    this(false, 1 << 20);
  }

  HandPeer(boolean v6, int bufferBytes) {
    us = v6 ? TwoHosts.B6 : TwoHosts.B4;
    them = v6 ? TwoHosts.A6 : TwoHosts.A4;
    stack =
        new Stack(
            new StackSettings(List.of(them), MTU, 10_000, bufferBytes, bufferBytes),
            new SplittableRandom(3),
            () -> {});
  }

  /** With all that TCP has today. */
  HandPeer modern() {
    scale = 8;
    sack = true;
    stamps = true;
    return this;
  }

  // What the stack sends.

  /** All that the stack sends at this instant. */
  List<Segment> take() {
    List<Segment> all = new ArrayList<>();
    while (true) {
      out.clear();
      if (stack.transmit(out, now) == 0) {
        return all;
      }
      for (int i = 0; i < out.count(); i++) {
        byte[] packet =
            out.memory().asSlice(out.offset(i), out.length(i)).toArray(ValueLayout.JAVA_BYTE);
        all.add(note(new Segment(now, packet)));
      }
      assertTrue(all.size() < 100_000, "no end of segments");
    }
  }

  private Segment note(Segment segment) {
    if (segment.stamped && segment.destinationPort == port) {
      echo = segment.stamp;
    }
    return segment;
  }

  /** The one segment that the stack sends at this instant. */
  Segment one() {
    List<Segment> all = take();
    assertEquals(1, all.size(), all::toString);
    return all.getFirst();
  }

  void none() {
    assertEquals(List.of(), take());
  }

  /** What the stack sends while time passes, deadline by deadline; each at its time. */
  List<Segment> during(long nanos) {
    long end = now + nanos;
    List<Segment> all = new ArrayList<>(take());
    int rounds = 0;
    for (long next; (next = stack.nextDeadlineNanos()) <= end; ) {
      now = Math.max(now, next);
      all.addAll(take());
      assertTrue(++rounds < 100_000, "deadlines that never end");
    }
    now = end;
    return all;
  }

  // What we send.

  static byte[] options(int... bytes) {
    byte[] all = new byte[(bytes.length + 3) & ~3];
    java.util.Arrays.fill(all, (byte) 1);
    for (int i = 0; i < bytes.length; i++) {
      all[i] = (byte) bytes[i];
    }
    return all;
  }

  /** Selective acknowledgement of ranges: starts and ends in turn. */
  static byte[] sackOption(int... edges) {
    ByteBuffer option = ByteBuffer.allocate(4 + 4 * edges.length);
    option.put((byte) 1).put((byte) 1).put((byte) 5).put((byte) (2 + 4 * edges.length));
    for (int edge : edges) {
      option.putInt(edge);
    }
    return option.array();
  }

  byte[] stampOption() {
    ByteBuffer option = ByteBuffer.allocate(12);
    return option.putInt(0x0101_080a).putInt(stamp).putInt(echo).array();
  }

  private byte[] synOptions() {
    byte[] mssOption = mss < 0 ? new byte[0] : options(2, 4, mss >>> 8, mss);
    byte[] scaleOption = scale < 0 ? new byte[0] : options(3, 3, scale);
    byte[] sackOption = sack ? options(4, 2) : new byte[0];
    byte[] stampOption = stamps ? stampOption() : new byte[0];
    return join(mssOption, scaleOption, sackOption, stampOption);
  }

  static byte[] join(byte[]... parts) {
    ByteBuffer all =
        ByteBuffer.allocate(java.util.Arrays.stream(parts).mapToInt(p -> p.length).sum());
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }

  /** A packet with one segment, as given and whole. */
  byte[] packet(int at, int ack, int flags, byte[] options, byte[] data) {
    int length = 20 + options.length + data.length;
    ByteBuffer tcp = ByteBuffer.allocate(length);
    tcp.putShort((short) port).putShort((short) stackPort).putInt(at).putInt(ack);
    tcp.put((byte) ((20 + options.length) << 2)).put((byte) flags).putShort((short) window);
    tcp.putInt(0).put(options).put(data);
    long pseudo =
        OutboundPackets.pseudo(us.isV6(), us.high(), us.low(), them.high(), them.low(), 6, length);
    int sum =
        Checksum.finish(pseudo + Checksum.partial(MemorySegment.ofArray(tcp.array()), 0, length));
    tcp.putShort(16, (short) sum);
    return us.isV6()
        ? Wire.v6(us, them, 6, tcp.array())
        : Wire.v4(us, them, 6, 0, 0x4000, tcp.array());
  }

  void put(byte[] packet) {
    TwoHosts.put(stack, packet, now);
  }

  /** Sends a segment that may have nothing to do with where we are. */
  void sayAt(int at, int ack, int flags, byte[] data, byte... furtherOptions) {
    put(packetAt(at, ack, flags, data, furtherOptions));
  }

  byte[] packetAt(int at, int ack, int flags, byte[] data, byte... furtherOptions) {
    boolean syn = (flags & Segment.SYN) != 0;
    byte[] options = syn ? synOptions() : stamps ? stampOption() : new byte[0];
    return packet(at, ack, flags, join(options, furtherOptions), data);
  }

  /** Sends the next segment of ours. */
  void say(int flags, byte[] data, byte... furtherOptions) {
    sayAt(sequence, acknowledgment, flags, data, furtherOptions);
    sequence += data.length + ((flags & (Segment.SYN | Segment.FIN)) != 0 ? 1 : 0);
  }

  void say(int flags) {
    say(flags, new byte[0]);
  }

  /** Acknowledges everything up to a number. */
  void acknowledge(int upTo, byte... furtherOptions) {
    acknowledgment = upTo;
    sayAt(sequence, upTo, Segment.ACK, new byte[0], furtherOptions);
  }

  // Opening.

  /** Opens a connection to the stack; answers what accepts it there. */
  TcpConnection accepted() {
    try {
      if (listener == null) {
        listener = stack.listen(null, PORT, 1000, () -> {});
      }
    } catch (BindException e) {
      throw new AssertionError(e);
    }
    say(Segment.SYN);
    Segment answer = one();
    assertTrue(answer.has(Segment.SYN) && answer.has(Segment.ACK), answer::toString);
    acknowledgment = answer.sequence + 1;
    stackScale = Math.max(answer.scale, 0);
    say(Segment.ACK);
    TcpConnection accepted = listener.accept(heard);
    assertNotNull(accepted);
    take(); // The window in full, which no SYN can say.
    return accepted;
  }

  /** The stack begins to open a connection to us; its SYN is sent and answered by the test. */
  TcpConnection calling() {
    port = PORT;
    TcpConnection connection = stack.connect(null, 0, us, PORT, heard);
    stackPort = connection.localPort();
    return connection;
  }

  /** The stack opens a connection to us. */
  TcpConnection called() {
    TcpConnection connection = calling();
    Segment syn = one();
    acknowledgment = syn.sequence + 1;
    stackScale = scale < 0 ? 0 : Math.max(syn.scale, 0);
    say(Segment.SYN | Segment.ACK);
    one();
    return connection;
  }

  /** An ICMP error about a packet of the stack's; IPv4 alone. */
  void icmp(Segment quoted, int typeAndCode, int word) {
    put(Wire.icmpV4(IpAddress.v4(0x0a00_00fe), quoted.packet, typeAndCode, word));
  }

  static byte[] bytes(int length) {
    byte[] all = new byte[length];
    new SplittableRandom(length).nextBytes(all);
    return all;
  }
}
