package dev.warren.packet.offload;

import static dev.warren.packet.offload.Layout.SHORT_BE;

import dev.warren.packet.Batch;
import dev.warren.packet.Checksum;
import dev.warren.packet.owner.Confined;
import java.lang.foreign.MemorySegment;

/**
 * Finds, in a batch of plain packets, the runs that can go to the kernel as one super-packet each.
 *
 * <p>A run is a first packet and what splitting would make follow it: the same flow, TTL, TOS,
 * options, acknowledgement and window; TCP sequence numbers without a gap; equal payloads but for
 * the last, which may be shorter. Packets of other flows may lie between. PSH or FIN ends a run.
 * Pure acknowledgements, SYN, RST, URG and CWR, IP options, extension headers, fragments, and
 * whatever has a wrong checksum stay alone and untouched. A kernel that takes a super-packet takes
 * its checksums for right, so each is verified before it joins.
 *
 * <p>Runs are numbered by their first packets. Handing them over in that order keeps the order of
 * every flow: a packet that joins no run of its flow ends that run.
 *
 * <p><b>Shape:</b> the batch stays as it is. A run of one packet is that packet. A longer one is
 * what {@link #writeHeader} writes, and then of each of its packets ({@link #first}, {@link #next})
 * all but the first {@link #headerBytes}.
 *
 * <p><b>Owner:</b> one thread. The answers hold until the batch changes.
 *
 * <p><b>Errors:</b> none; a malformed packet is a run of its own.
 *
 * <p><b>Source:</b> Linux {@code tcp_gro_receive} and {@code inet_gro_receive}, whose rules these
 * are, but that they do not insist on a stable CWR; RFC 6864 (identifications), RFC 9768 §3 (why a
 * run with CWR cannot be told from its split).
 */
@Confined("device")
public final class Coalescing {
  /** The most packets of a run. */
  public static final int SEGMENT_LIMIT = 128;

  /** The most bytes that {@link #writeHeader} writes. */
  public static final int HEADER_LIMIT_BYTES =
      VirtioHeader.SIZE + Layout.V6_HEADER_BYTES + Layout.tcpHeaderBytes(0xf000);

  private static final int LENGTH_LIMIT = 65_535;

  /** Slots of the table of open runs, for a flow's place and its alternatives behind it. */
  private static final int TABLE_SIZE = 256;

  private static final int PROBES = 4;

  private final Candidate candidate = new Candidate();
  private boolean joinTcp;
  private boolean joinUdp;

  // By slot.
  private final int[] nextSlot;

  // By run.
  private final int[] firstSlot;
  private final int[] lastSlot;
  private final long[] headAt;
  private final int[] headerBytes;
  private final int[] gsoSize;
  private final int[] segments;
  private final int[] payloadBytes;
  private final boolean[] v4;
  private final boolean[] tcp;
  private final boolean[] intact;
  private int runs;

  // The open runs. An entry counts while its generation is the present one.
  private final int[] tableRun = new int[TABLE_SIZE];
  private final long[] tableGeneration = new long[TABLE_SIZE];
  private long generation;

  /** Makes one for batches of up to {@code capacity} slots; it joins TCP only. */
  public Coalescing(int capacity) {
    nextSlot = new int[capacity];
    firstSlot = new int[capacity];
    lastSlot = new int[capacity];
    headAt = new long[capacity];
    headerBytes = new int[capacity];
    gsoSize = new int[capacity];
    segments = new int[capacity];
    payloadBytes = new int[capacity];
    v4 = new boolean[capacity];
    tcp = new boolean[capacity];
    intact = new boolean[capacity];
    allow(true, false);
  }

  /** The most slots of a batch. */
  public int capacity() {
    return nextSlot.length;
  }

  /** Says what is joined from the next batch on. */
  public void allow(boolean tcpSegments, boolean udpDatagrams) {
    joinTcp = tcpSegments;
    joinUdp = udpDatagrams;
  }

  /**
   * Sorts the packets of a batch into runs.
   *
   * @return the number of runs
   */
  public int group(Batch batch) {
    runs = 0;
    generation++;
    MemorySegment memory = batch.memory();
    int count = batch.count();
    for (int slot = 0; slot < count; slot++) {
      place(memory, slot, batch.offset(slot), batch.length(slot));
    }
    return runs;
  }

  private void place(MemorySegment memory, int slot, int offset, int length) {
    int kind = candidate.read(memory, offset, length);
    boolean wanted = candidate.tcp ? joinTcp : joinUdp;
    if (kind <= Candidate.BARRIER || !wanted) {
      open(slot, offset);
      if (kind == Candidate.BARRIER) {
        generation++;
      }
      return;
    }
    int found = find();
    boolean known = found >= 0;
    int entry = known ? found : ~found;
    if (kind == Candidate.SEGMENT
        && known
        && fits(tableRun[entry])
        && isIntact(tableRun[entry])
        && candidate.isIntact(offset, length)) {
      join(entry, slot);
      return;
    }
    int run = open(slot, offset);
    if (kind == Candidate.SEGMENT && !candidate.last) {
      describe(run);
      tableRun[entry] = run;
      tableGeneration[entry] = generation;
    } else if (known) {
      close(entry);
    }
  }

  /** The table's entry for the candidate's flow; or else, complemented, the one for a new run. */
  private int find() {
    int place = candidate.hash & (TABLE_SIZE - 1);
    int free = place; // When none is, the run that is there ends.
    for (int i = PROBES - 1; i >= 0; i--) {
      int entry = (place + i) & (TABLE_SIZE - 1);
      if (tableGeneration[entry] != generation) {
        free = entry;
      } else if (isFlow(tableRun[entry])) {
        return entry;
      }
    }
    return ~free;
  }

  private boolean isFlow(int run) {
    return v4[run] == candidate.v4 && tcp[run] == candidate.tcp && candidate.isFlowOf(headAt[run]);
  }

  private boolean fits(int run) {
    return segments[run] < SEGMENT_LIMIT
        && candidate.payloadBytes <= gsoSize[run]
        && headerBytes[run] + payloadBytes[run] + candidate.payloadBytes <= LENGTH_LIMIT
        && candidate.follows(headAt[run], headerBytes[run], segments[run], payloadBytes[run]);
  }

  /** Whether the checksums of a run's first packet are right; found out when a second comes. */
  private boolean isIntact(int run) {
    if (!intact[run]) {
      intact[run] = candidate.isIntact(headAt[run], headerBytes[run] + payloadBytes[run]);
    }
    return intact[run];
  }

  private void join(int entry, int slot) {
    int run = tableRun[entry];
    nextSlot[lastSlot[run]] = slot;
    nextSlot[slot] = -1;
    lastSlot[run] = slot;
    segments[run]++;
    payloadBytes[run] += candidate.payloadBytes;
    if (candidate.last || candidate.payloadBytes < gsoSize[run]) {
      close(entry);
    }
  }

  private void close(int entry) {
    tableGeneration[entry] = 0;
  }

  /** Starts a run with the packet of a slot. */
  private int open(int slot, int offset) {
    int run = runs++;
    firstSlot[run] = slot;
    lastSlot[run] = slot;
    headAt[run] = offset;
    segments[run] = 1;
    nextSlot[slot] = -1;
    return run;
  }

  /** Notes of a new run what the next candidates are compared with. */
  private void describe(int run) {
    headerBytes[run] = candidate.headerBytes;
    gsoSize[run] = candidate.payloadBytes;
    payloadBytes[run] = candidate.payloadBytes;
    v4[run] = candidate.v4;
    tcp[run] = candidate.tcp;
    intact[run] = false;
  }

  /** How many packets a run has. */
  public int segments(int run) {
    return segments[run];
  }

  /** The slot of a run's first packet. */
  public int first(int run) {
    return firstSlot[run];
  }

  /** The slot of the packet after that of a slot in the same run, or -1. */
  public int next(int slot) {
    return nextSlot[slot];
  }

  /** The bytes of all headers of each packet of a run of several. */
  public int headerBytes(int run) {
    return headerBytes[run];
  }

  /** The length of the super-packet of a run of several, without its {@link VirtioHeader}. */
  public int length(int run) {
    return headerBytes[run] + payloadBytes[run];
  }

  /** Whether a run of several is of TCP segments; of UDP datagrams if not. */
  public boolean isTcp(int run) {
    return tcp[run];
  }

  /**
   * Writes the {@link VirtioHeader} and the headers of the super-packet of a run of several: {@link
   * VirtioHeader#SIZE} and {@link #headerBytes} bytes, {@link #HEADER_LIMIT_BYTES} at most.
   *
   * @param batch the batch that was grouped, unchanged
   */
  public void writeHeader(Batch batch, int run, MemorySegment memory, long at) {
    long packet = at + VirtioHeader.SIZE;
    MemorySegment.copy(batch.memory(), headAt[run], memory, packet, headerBytes[run]);
    int transport = v4[run] ? Layout.V4_HEADER_BYTES : Layout.V6_HEADER_BYTES;
    int whole = length(run) - transport;
    long pseudo = v4[run] ? writeV4(memory, packet, run) : writeV6(memory, packet, run);
    long header = packet + transport;
    if (tcp[run]) {
      writeTcp(memory, header, batch, run, transport);
    } else {
      memory.set(SHORT_BE, header + Layout.UDP_LENGTH, (short) whole);
    }
    int checksum = tcp[run] ? Layout.TCP_CHECKSUM : Layout.UDP_CHECKSUM;
    int protocol = tcp[run] ? Layout.PROTOCOL_TCP : Layout.PROTOCOL_UDP;
    memory.set(SHORT_BE, header + checksum, (short) Checksum.fold(pseudo + protocol + whole));
    VirtioHeader.set(memory, at, gsoType(run), headerBytes[run], gsoSize[run], transport, checksum);
  }

  private int gsoType(int run) {
    if (!tcp[run]) {
      return VirtioHeader.GSO_UDP_L4;
    }
    return v4[run] ? VirtioHeader.GSO_TCPV4 : VirtioHeader.GSO_TCPV6;
  }

  /** Answers the sum of the addresses. */
  private long writeV4(MemorySegment memory, long packet, int run) {
    memory.set(SHORT_BE, packet + Layout.V4_TOTAL_LENGTH, (short) length(run));
    memory.set(SHORT_BE, packet + Layout.V4_CHECKSUM, (short) 0);
    int checksum = Checksum.of(memory, packet, Layout.V4_HEADER_BYTES);
    memory.set(SHORT_BE, packet + Layout.V4_CHECKSUM, (short) checksum);
    return Checksum.partial(memory, packet + Layout.V4_ADDRESSES, 8);
  }

  /** Answers the sum of the addresses. */
  private long writeV6(MemorySegment memory, long packet, int run) {
    int payload = length(run) - Layout.V6_HEADER_BYTES;
    memory.set(SHORT_BE, packet + Layout.V6_PAYLOAD_LENGTH, (short) payload);
    return Checksum.partial(memory, packet + Layout.V6_ADDRESSES, 32);
  }

  private void writeTcp(MemorySegment memory, long header, Batch batch, int run, int transport) {
    // Only the last may have PSH or FIN; all its other flags are those of the first.
    long last = batch.offset(lastSlot[run]) + (long) transport;
    short flags = batch.memory().get(SHORT_BE, last + Layout.TCP_FLAGS);
    memory.set(SHORT_BE, header + Layout.TCP_FLAGS, flags);
  }
}
