package dev.warren.packet.offload;

import static dev.warren.packet.offload.Layout.INT_BE;
import static dev.warren.packet.offload.Layout.SHORT_BE;

import dev.warren.packet.Batch;
import dev.warren.packet.Checksum;
import dev.warren.packet.IpPacket;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;

/**
 * Splits a super-packet into the packets that it stands for.
 *
 * <p>{@link #begin} takes a super-packet, {@link #into} writes its packets to a batch until either
 * ends; a batch too small for all of them is filled, and the next one gets the rest. The
 * super-packet's memory must stay as it is meanwhile.
 *
 * <p>Every packet gets all headers of the super-packet with these differences: its own lengths and
 * checksums; IPv4 identifications that count up; TCP sequence numbers that count up by the payload;
 * CWR on the first only; FIN and PSH on the last only. What the checksums cover in every packet
 * alike is summed once, in {@link #begin}.
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Errors:</b> {@link #begin} answers a negative verdict; nothing throws for what a
 * super-packet holds.
 *
 * <p><b>Source:</b> RFC 9293, RFC 3168 §6.1.2 (CWR); Linux {@code tcp_gso_segment}, {@code
 * __udp_gso_segment} and {@code inet_gso_segment} for what the kernel would send.
 */
@Confined("device")
public final class Segmentation {
  /** Verdict of {@link #begin}: no kind of super-packet that is known, or of no segment size. */
  public static final int UNKNOWN_KIND = -1;

  /** Verdict of {@link #begin}: the IP or transport header is cut short or contradicts the kind. */
  public static final int BAD_HEADERS = -2;

  /** Verdict of {@link #begin}: the checksum to finish is not where the headers have it. */
  public static final int BAD_CHECKSUM_PLACE = -3;

  private static final int FIRST_ONLY = Layout.CWR;
  private static final int LAST_ONLY = Layout.FIN | Layout.PSH;

  private MemorySegment source = MemorySegment.NULL;

  // The super-packet: where it lies, and where its parts begin in it.
  private long packet;
  private int length;
  private boolean v4;
  private boolean tcp;
  private int transport;
  private int payload;
  private int gsoSize;

  // What its fields say, and the sums of what stays the same.
  private int id;
  private int sequence;
  private int flags;
  private long ipSum;
  private long transportSum;

  // How far it is split.
  private int position;
  private int segment;
  private boolean pending;

  /** One without a super-packet. */
  public Segmentation() {}

  /** Whether a part of the last super-packet is still to be written. */
  public boolean isPending() {
    return pending;
  }

  /** Lets go of the super-packet, whatever is left of it. */
  public void drop() {
    pending = false;
  }

  /**
   * Takes a super-packet, dropping what is left of the one before.
   *
   * @param header where its {@link VirtioHeader} is; the packet follows
   * @param packetLength the length of the packet without that header, at most 65535
   * @return the number of packets it stands for, or a verdict
   */
  public int begin(MemorySegment memory, long header, int packetLength) {
    pending = false;
    source = memory;
    packet = header + VirtioHeader.SIZE;
    length = packetLength;
    int type = VirtioHeader.gsoType(memory, header);
    gsoSize = VirtioHeader.gsoSize(memory, header);
    tcp = type == VirtioHeader.GSO_TCPV4 || type == VirtioHeader.GSO_TCPV6;
    if ((!tcp && type != VirtioHeader.GSO_UDP_L4) || gsoSize == 0) {
      return UNKNOWN_KIND;
    }
    if (!findTransport(header, type) || !findPayload()) {
      return BAD_HEADERS;
    }
    boolean needsChecksum = VirtioHeader.needsChecksum(memory, header);
    if (needsChecksum
        && (VirtioHeader.csumStart(memory, header) != transport
            || VirtioHeader.csumOffset(memory, header) != checksumOffset())) {
      return BAD_CHECKSUM_PLACE;
    }
    transportSum = pseudoSum(needsChecksum) + transportHeaderSum();
    if (v4) {
      ipSum = v4HeaderSum();
      id = unsignedShort(packet + Layout.V4_ID);
    }
    position = payload;
    segment = 0;
    pending = true;
    return Math.max(1, (length - payload + gsoSize - 1) / gsoSize);
  }

  /**
   * Writes packets to the batch, behind those already there, until the super-packet or the batch's
   * room ends; see {@link #isPending}.
   *
   * @return how many were written
   */
  public int into(Batch batch) {
    int written = 0;
    while (pending) {
      int bytes = Math.min(gsoSize, length - position);
      int slot = batch.reserve(payload + bytes);
      if (slot < 0) {
        break;
      }
      write(batch.memory(), batch.offset(slot), bytes);
      position += bytes;
      segment++;
      written++;
      pending = position < length;
    }
    return written;
  }

  private boolean findTransport(long header, int type) {
    if (length < Layout.V4_HEADER_BYTES) {
      return false;
    }
    int protocol = tcp ? Layout.PROTOCOL_TCP : Layout.PROTOCOL_UDP;
    int version = IpPacket.version(source, packet);
    v4 = version == 4;
    if (v4) {
      transport = IpPacket.v4HeaderLength(source, packet);
      return type != VirtioHeader.GSO_TCPV6
          && transport >= Layout.V4_HEADER_BYTES
          && transport <= length
          && IpPacket.v4Protocol(source, packet) == protocol
          && (unsignedShort(packet + Layout.V4_FRAGMENT) & Layout.V4_FRAGMENT_MASK) == 0;
    }
    if (version != 6 || type == VirtioHeader.GSO_TCPV4 || length < Layout.V6_HEADER_BYTES) {
      return false;
    }
    // Behind extension headers the transport header is where the kernel says it is.
    transport =
        VirtioHeader.needsChecksum(source, header)
            ? VirtioHeader.csumStart(source, header)
            : Layout.V6_HEADER_BYTES;
    return transport > Layout.V6_HEADER_BYTES
        || (transport == Layout.V6_HEADER_BYTES
            && IpPacket.v6NextHeader(source, packet) == protocol);
  }

  private boolean findPayload() {
    payload = transport + (tcp ? Layout.TCP_HEADER_BYTES : Layout.UDP_HEADER_BYTES);
    if (payload > length) {
      return false;
    }
    if (tcp) {
      flags = unsignedShort(packet + transport + Layout.TCP_FLAGS);
      sequence = source.get(INT_BE, packet + transport + Layout.TCP_SEQUENCE);
      payload = transport + Layout.tcpHeaderBytes(flags);
    }
    return payload <= length
        && payload >= transport + (tcp ? Layout.TCP_HEADER_BYTES : Layout.UDP_HEADER_BYTES);
  }

  private int checksumOffset() {
    return tcp ? Layout.TCP_CHECKSUM : Layout.UDP_CHECKSUM;
  }

  /** The sum of the pseudo header without its length. */
  private long pseudoSum(boolean needsChecksum) {
    boolean plain = transport == (v4 ? Layout.V4_HEADER_BYTES : Layout.V6_HEADER_BYTES);
    if (needsChecksum && !plain) {
      // A source route in an option or extension header puts another destination into the pseudo
      // header than stands in the IP header. The field knows which; it counts the whole length.
      int whole = length - transport;
      return (~whole & 0xffffL) + unsignedShort(packet + transport + checksumOffset());
    }
    int protocol = tcp ? Layout.PROTOCOL_TCP : Layout.PROTOCOL_UDP;
    return v4
        ? Checksum.partial(source, packet + Layout.V4_ADDRESSES, 8) + protocol
        : Checksum.partial(source, packet + Layout.V6_ADDRESSES, 32) + protocol;
  }

  /** The sum of the transport header without the fields that differ, or hold a length. */
  private long transportHeaderSum() {
    long header = packet + transport;
    long ports = unsignedInt(header);
    if (!tcp) {
      return ports;
    }
    int optionBytes = payload - transport - Layout.TCP_HEADER_BYTES;
    return ports
        + unsignedInt(header + Layout.TCP_ACKNOWLEDGEMENT)
        + unsignedShort(header + Layout.TCP_WINDOW)
        + unsignedShort(header + Layout.TCP_URGENT)
        + Checksum.partial(source, header + Layout.TCP_HEADER_BYTES, optionBytes);
  }

  /** The sum of the IPv4 header without length, identification and checksum. */
  private long v4HeaderSum() {
    return unsignedShort(packet)
        + unsignedShort(packet + Layout.V4_FRAGMENT)
        + unsignedShort(packet + Layout.V4_TTL)
        + Checksum.partial(source, packet + Layout.V4_ADDRESSES, transport - Layout.V4_ADDRESSES);
  }

  /** Writes the next packet, with so many bytes of payload. */
  private void write(MemorySegment memory, long at, int bytes) {
    // Two passes over the payload, a copy and a sum: a loop that does both makes no vectors, since
    // C2 cannot know that the two memories do not overlap, and takes half as long again.
    MemorySegment.copy(source, packet, memory, at, payload);
    MemorySegment.copy(source, packet + position, memory, at + payload, bytes);
    long sum = transportSum + Checksum.partial(source, packet + position, bytes);
    int total = payload + bytes;
    if (v4) {
      writeV4(memory, at, total);
    } else {
      memory.set(SHORT_BE, at + Layout.V6_PAYLOAD_LENGTH, (short) (total - Layout.V6_HEADER_BYTES));
    }
    long header = at + transport;
    if (tcp) {
      writeTcp(memory, header, total - transport, sum, position + bytes == length);
    } else {
      writeUdp(memory, header, total - transport, sum);
    }
  }

  private void writeV4(MemorySegment memory, long at, int total) {
    int ownId = (id + segment) & 0xffff;
    memory.set(SHORT_BE, at + Layout.V4_TOTAL_LENGTH, (short) total);
    memory.set(SHORT_BE, at + Layout.V4_ID, (short) ownId);
    memory.set(SHORT_BE, at + Layout.V4_CHECKSUM, (short) Checksum.finish(ipSum + total + ownId));
  }

  private void writeTcp(
      MemorySegment memory, long header, int transportLength, long sum, boolean last) {
    int ownSequence = sequence + (position - payload);
    int ownFlags = flags & ~(segment == 0 ? 0 : FIRST_ONLY) & ~(last ? 0 : LAST_ONLY);
    memory.set(INT_BE, header + Layout.TCP_SEQUENCE, ownSequence);
    memory.set(SHORT_BE, header + Layout.TCP_FLAGS, (short) ownFlags);
    long whole = sum + transportLength + (ownSequence & 0xffffffffL) + ownFlags;
    memory.set(SHORT_BE, header + Layout.TCP_CHECKSUM, (short) Checksum.finish(whole));
  }

  private static void writeUdp(MemorySegment memory, long header, int transportLength, long sum) {
    memory.set(SHORT_BE, header + Layout.UDP_LENGTH, (short) transportLength);
    // The length counts twice: in the pseudo header, and in the header.
    int checksum = Checksum.finish(sum + 2L * transportLength);
    memory.set(SHORT_BE, header + Layout.UDP_CHECKSUM, (short) (checksum == 0 ? 0xffff : checksum));
  }

  private int unsignedShort(long offset) {
    return source.get(SHORT_BE, offset) & 0xffff;
  }

  private long unsignedInt(long offset) {
    return source.get(INT_BE, offset) & 0xffffffffL;
  }
}
