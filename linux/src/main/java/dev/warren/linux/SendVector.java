package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.warren.packet.Batch;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one {@code sendmmsg} is to send: messages, each of them a datagram or a run of datagrams
 * that the kernel cuts apart ({@code UDP_SEGMENT}).
 *
 * <p>A run goes to one endpoint with one TOS; its datagrams have the same length, but the last may
 * be shorter. They stay where they lie in the batch and are gathered by the kernel.
 *
 * <p><b>Shape:</b> data vector {@code i} is the datagram of slot {@code slot(i)}; message {@code m}
 * has the vectors from {@code first(m)} to before {@code end(m)}. Its address and control messages
 * stay encoded: while the same endpoint and TOS come again in the same place, as they do when one
 * peer sends much, only data vectors are written, and the control message of a run.
 *
 * <p><b>Owner:</b> the device's thread.
 *
 * <p><b>Source:</b> udp(7); Linux {@code net/ipv4/udp.c} ({@code udp_send_skb}).
 */
@Confined("device")
final class SendVector {
  /** The most datagrams of a run; kernels before 6.9 take no more. */
  static final int RUN_LIMIT = 64;

  /** The most bytes of a run: what UDP over IPv4 can say in its length. */
  static final int RUN_LIMIT_BYTES = 65_507;

  private static final int PKTINFO_BYTES = 12;
  private static final int PKTINFO6_BYTES = 20;

  private final MessageVector vector;
  private final int[] slot;
  private final int[] first;
  private final @Nullable Endpoint[] encodedEndpoint;
  private final int[] encodedTos;
  private final int[] encodedIn;
  private final int[] controlBytes;
  private int messages;
  private int datagrams;

  // The last message, as long as another datagram may join it.
  private @Nullable Endpoint runEndpoint;
  private int runTos;
  private int runSegmentBytes;
  private int runBytes;

  SendVector(int messageCapacity, int datagramCapacity) {
    vector = new MessageVector(messageCapacity, datagramCapacity);
    slot = new int[datagramCapacity];
    first = new int[messageCapacity + 1];
    encodedEndpoint = new Endpoint[messageCapacity];
    encodedTos = new int[messageCapacity];
    encodedIn = new int[messageCapacity];
    controlBytes = new int[messageCapacity];
  }

  /** Whether another message would find no room. */
  boolean isFull() {
    return messages == vector.capacity() || datagrams == slot.length;
  }

  /** How many messages there are. */
  int messages() {
    return messages;
  }

  /** The first data vector of a message. */
  int first(int message) {
    return first[message];
  }

  /** The data vector after the last one of a message. */
  int end(int message) {
    return message + 1 < messages ? first[message + 1] : datagrams;
  }

  /** How many datagrams a message has. */
  int datagrams(int message) {
    return end(message) - first[message];
  }

  /** The slot of a data vector. */
  int slot(int datagram) {
    return slot[datagram];
  }

  /** The endpoint that a message goes to, as it was encoded. */
  @Nullable Endpoint endpoint(int message) {
    return encodedEndpoint[message];
  }

  /** The address of a message for the system call. */
  long address(int message) {
    return vector.address(message);
  }

  /** Forgets all messages. */
  void clear() {
    messages = 0;
    datagrams = 0;
    runEndpoint = null;
  }

  /** Lets go of the endpoints that are encoded. */
  void forget() {
    Arrays.fill(encodedEndpoint, null);
  }

  /** Adds a datagram to the last message, if it fits there. */
  boolean join(Batch batch, int newSlot, Endpoint endpoint) {
    int length = batch.length(newSlot);
    int message = messages - 1;
    if (!endpoint.equals(runEndpoint)
        || length > runSegmentBytes
        || length == 0
        || runBytes + length > RUN_LIMIT_BYTES
        || datagrams == slot.length
        || datagrams - first[message] == RUN_LIMIT
        || batch.tos(newSlot) != runTos) {
      return false;
    }
    data(batch, newSlot);
    runBytes += length;
    if (length < runSegmentBytes) {
      runEndpoint = null;
    }
    vector.segments(message, first[message], datagrams - first[message]);
    if (datagrams - first[message] == 2) {
      putSegmentBytes(message);
    }
    return true;
  }

  private void putSegmentBytes(int message) {
    int offset = vector.control(message) + controlBytes[message];
    MemorySegment memory = vector.memory();
    int data = Inet.putControl(memory, offset, Inet.SOL_UDP, Inet.UDP_SEGMENT, Short.BYTES);
    memory.set(JAVA_SHORT, data, (short) runSegmentBytes);
    vector.controlLength(message, controlBytes[message] + Inet.controlSpace(Short.BYTES));
  }

  /** Begins a message with a datagram; its address is to be encoded unless {@link #isEncoded}. */
  int add(Batch batch, int newSlot, Endpoint endpoint) {
    int message = messages++;
    first[message] = datagrams;
    data(batch, newSlot);
    vector.segments(message, first[message], 1);
    vector.controlLength(message, controlBytes[message]);
    runEndpoint = endpoint;
    runTos = batch.tos(newSlot);
    runSegmentBytes = batch.length(newSlot);
    runBytes = runSegmentBytes;
    return message;
  }

  /** Lets no datagram join the last message. */
  void endRun() {
    runEndpoint = null;
  }

  private void data(Batch batch, int newSlot) {
    slot[datagrams] = newSlot;
    long address = batch.memory().address() + batch.offset(newSlot);
    vector.data(datagrams++, address, batch.length(newSlot));
  }

  /** Makes a message of several datagrams one of this datagram alone. */
  void single(int message, int datagram) {
    vector.segments(message, datagram, 1);
    vector.controlLength(message, controlBytes[message]);
  }

  /** Whether a message's address is encoded, in the present generation. */
  boolean isEncoded(int message, Endpoint endpoint, int tos, int generation) {
    return encodedIn[message] == generation
        && encodedTos[message] == tos
        && endpoint.equals(encodedEndpoint[message]);
  }

  /** Encodes where a message of one datagram goes, and how. */
  void encode(int message, Endpoint endpoint, int tos, int generation) {
    encodedEndpoint[message] = endpoint;
    encodedTos[message] = tos;
    encodedIn[message] = generation;
    MemorySegment memory = vector.memory();
    int nameBytes =
        Inet.putAddress(
            memory, vector.name(message), endpoint.address(), endpoint.port(), endpoint.scopeId());
    boolean v6 = endpoint.address().isV6();
    int begin = vector.control(message);
    int end = begin;
    if (endpoint.isSticky()) {
      end = v6 ? putSourceV6(memory, end, endpoint) : putSourceV4(memory, end, endpoint);
    }
    if (tos != 0) {
      int level = v6 ? Inet.IPPROTO_IPV6 : Inet.IPPROTO_IP;
      int data = Inet.putControl(memory, end, level, v6 ? Inet.IPV6_TCLASS : Inet.IP_TOS, 4);
      memory.set(JAVA_INT, data, tos);
      end += Inet.controlSpace(4);
    }
    controlBytes[message] = end - begin;
    vector.lengths(message, nameBytes, end - begin);
  }

  /**
   * Asks for the sender's address, and for the interface only where there is no address: a fixed
   * interface would make the kernel take every destination for a neighbour on it once its route
   * moved elsewhere, and the datagrams would vanish.
   */
  private static int putSourceV4(MemorySegment memory, int offset, Endpoint endpoint) {
    int data = Inet.putControl(memory, offset, Inet.IPPROTO_IP, Inet.IP_PKTINFO, PKTINFO_BYTES);
    IpAddress source = endpoint.source();
    memory.set(JAVA_INT, data, source == null ? endpoint.sourceInterface() : 0);
    memory.set(Inet.INT_BE, data + 4, source == null ? 0 : (int) source.low());
    memory.set(JAVA_INT, data + 8, 0);
    return offset + Inet.controlSpace(PKTINFO_BYTES);
  }

  /** As for IPv4; but a link-local address means nothing without its interface. */
  private static int putSourceV6(MemorySegment memory, int offset, Endpoint endpoint) {
    int data =
        Inet.putControl(memory, offset, Inet.IPPROTO_IPV6, Inet.IPV6_PKTINFO, PKTINFO6_BYTES);
    IpAddress source = endpoint.source();
    boolean byInterface = source == null || source.isLinkLocalV6();
    memory.set(Inet.LONG_BE, data, source == null ? 0 : source.high());
    memory.set(Inet.LONG_BE, data + 8, source == null ? 0 : source.low());
    memory.set(JAVA_INT, data + 16, byInterface ? endpoint.sourceInterface() : 0);
    return offset + Inet.controlSpace(PKTINFO6_BYTES);
  }
}
