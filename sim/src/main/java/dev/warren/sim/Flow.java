package dev.warren.sim;

import dev.warren.packet.Checksum;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Packets from one host to another, each known by its number: checks that what arrives was sent, is
 * what was sent, and arrives once.
 *
 * <p><b>Shape:</b> IPv4 or IPv6 as the addresses are; then 8 bytes {@link #MARK}, which nobody may
 * see on the wire, 4 of the flow's and 8 of the packet's number, and random bytes.
 *
 * <p><b>Owner:</b> the world's thread.
 *
 * <p><b>Errors:</b> an {@link IllegalStateException} for a packet that is not as it must be.
 */
@Confined("sim")
public final class Flow {
  /** The first bytes of every payload: "PlainTex". */
  public static final long MARK = 0x506c61696e546578L;

  private static final int UNASSIGNED_PROTOCOL = 253; // RFC 3692: for experiments
  private static final int MIN_PAYLOAD_BYTES = 20;
  private static final int V4_HEADER_BYTES = 20;
  private static final int V6_HEADER_BYTES = 40;

  private final Clock clock;
  private final int number;
  private final Host from;
  private final Host to;
  private final IpAddress source;
  private final IpAddress destination;
  private final Random random;
  private final Map<Long, byte[]> pending = new HashMap<>();
  private final List<Arrival> arrivals = new ArrayList<>();
  private long sentCount;

  /** A packet that arrived: its number, counted from 0, and when. */
  public record Arrival(long number, long nanos) {}

  Flow(Clock clock, int number, Host from, String source, Host to, String destination) {
    this.clock = clock;
    this.number = number;
    this.from = from;
    this.to = to;
    this.source = Objects.requireNonNull(IpAddress.parse(source));
    this.destination = Objects.requireNonNull(IpAddress.parse(destination));
    this.random = new Random(number);
  }

  /** Sends a packet of so many bytes after its IP header, or the fewest that are possible. */
  public void send(int payloadBytes) {
    byte[] packet = packet(sentCount, Math.max(payloadBytes, MIN_PAYLOAD_BYTES));
    pending.put(sentCount++, packet);
    from.tun().push(packet);
  }

  /** Sends the smallest packet. */
  public void send() {
    send(MIN_PAYLOAD_BYTES);
  }

  /** How many packets were sent. */
  public long sentCount() {
    return sentCount;
  }

  /** What has arrived so far, in order of arrival. */
  public List<Arrival> arrivals() {
    return arrivals;
  }

  /** Which flow a packet is of, or -1. */
  static int of(byte[] packet) {
    int header = packet[0] >> 4 == 6 ? V6_HEADER_BYTES : V4_HEADER_BYTES;
    if (packet.length < header + MIN_PAYLOAD_BYTES) {
      return -1;
    }
    ByteBuffer payload = ByteBuffer.wrap(packet, header, MIN_PAYLOAD_BYTES);
    return payload.getLong() == MARK ? payload.getInt() : -1;
  }

  void arrived(Host at, byte[] packet) {
    long which = ByteBuffer.wrap(packet).getLong(headerBytes() + 12);
    String name = "packet " + which + " of flow " + number + " reached " + at;
    if (!at.equals(to)) {
      throw new IllegalStateException(name + ", which it was not for");
    }
    byte[] sent = pending.remove(which);
    if (sent == null) {
      throw new IllegalStateException(name + " twice");
    }
    if (!Arrays.equals(sent, packet)) {
      throw new IllegalStateException(name + " altered");
    }
    arrivals.add(new Arrival(which, clock.nanos()));
  }

  @Override
  public String toString() {
    return "flow " + number + " from " + from + " to " + to;
  }

  private int headerBytes() {
    return source.isV6() ? V6_HEADER_BYTES : V4_HEADER_BYTES;
  }

  private byte[] packet(long which, int payloadBytes) {
    ByteBuffer packet = ByteBuffer.allocate(headerBytes() + payloadBytes);
    MemorySegment view = MemorySegment.ofArray(packet.array());
    if (source.isV6()) {
      packet.putInt(6 << 28).putShort((short) payloadBytes).put((byte) UNASSIGNED_PROTOCOL);
      packet.put((byte) 64);
      source.write(view, 8);
      destination.write(view, 24);
    } else {
      packet.putShort((short) 0x4500).putShort((short) packet.capacity()).putInt(0);
      packet.put((byte) 64).put((byte) UNASSIGNED_PROTOCOL);
      source.write(view, 12);
      destination.write(view, 16);
      packet.putShort(10, (short) Checksum.of(view, 0, V4_HEADER_BYTES));
    }
    byte[] noise = new byte[payloadBytes - MIN_PAYLOAD_BYTES];
    random.nextBytes(noise);
    packet.position(headerBytes()).putLong(MARK).putInt(number).putLong(which).put(noise);
    return packet.array();
  }
}
