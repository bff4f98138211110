package dev.warren.packet;

import dev.warren.packet.owner.Confined;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Some packets in one block of native memory: what the data path hands from stage to stage.
 *
 * <p>A batch is made once and used for ever: nothing is allocated per packet. Slots are numbered
 * from 0; each says where its packet lies in {@link #memory()}, how long it is, whom it came from
 * or goes to, and the TOS byte of the outer header.
 *
 * <p><b>Shape:</b> a packet of slot {@code i} is {@code memory[offset(i), offset(i) + length(i))}.
 * In a batch filled by a {@link TunPort} or by {@link #reserve}, at least {@link #HEADROOM} bytes
 * before the packet and {@link #TAILROOM} bytes after it belong to the slot as well, so a packet
 * can be sealed where it lies. A batch filled by a {@link UdpPort} promises no such room: opening a
 * message in place leaves its own header and tag as room.
 *
 * <p><b>Units:</b> offsets and lengths in bytes.
 *
 * <p><b>Owner:</b> the thread that fills it; it may be handed over as a whole.
 *
 * <p><b>Errors:</b> a slot number out of range is a bug and throws.
 */
@Confined("device")
public final class Batch {
  /** Free bytes before a packet: a message header (16) and a virtio header (10), rounded up. */
  public static final int HEADROOM = 64;

  /** Free bytes after a packet: padding (15) and an authentication tag (16), rounded up. */
  public static final int TAILROOM = 64;

  private static final int ALIGNMENT = 64;

  private final MemorySegment memory;
  private final int[] offsets;
  private final int[] lengths;
  private final int[] tos;
  private final @Nullable Endpoint[] endpoints;
  private int count;
  private int used;

  /**
   * Allocates a batch whose memory goes when nothing refers to it any more.
   *
   * @param slots the most packets it can hold
   * @param bytes the size of its memory
   */
  public Batch(int slots, int bytes) {
    this(slots, Arena.ofAuto().allocate(bytes, ALIGNMENT));
  }

  /** Lays a batch over memory of the caller's, which must outlive it. */
  public Batch(int slots, MemorySegment memory) {
    this.memory = memory;
    this.offsets = new int[slots];
    this.lengths = new int[slots];
    this.tos = new int[slots];
    this.endpoints = new Endpoint[slots];
  }

  /** The block that all slots lie in. */
  public MemorySegment memory() {
    return memory;
  }

  /** The most packets this batch can hold. */
  public int capacity() {
    return offsets.length;
  }

  /** How many packets it holds. */
  public int count() {
    return count;
  }

  /** Whether it holds none. */
  public boolean isEmpty() {
    return count == 0;
  }

  /** Whether {@link #reserve} of {@code length} bytes would succeed. */
  public boolean hasRoom(int length) {
    return count < offsets.length && end(start(used), length) <= memory.byteSize();
  }

  /**
   * Where the next {@link #reserve} will put its packet: a reader can let the kernel write there
   * first and reserve what came, when it knows how long that is.
   */
  public int nextOffset() {
    return start(used);
  }

  /**
   * Takes the next free room for a packet of {@code length} bytes, with headroom and tailroom.
   *
   * @return the slot's number, or -1 when slots or memory are used up
   */
  public int reserve(int length) {
    if (!hasRoom(length)) {
      return -1;
    }
    int offset = start(used);
    used = (int) end(offset, length);
    return append(offset, length);
  }

  /**
   * Adds a slot for a packet that already lies in the memory; the caller sees to the room.
   *
   * @return the slot's number
   */
  public int append(int offset, int length) {
    int slot = count++;
    offsets[slot] = offset;
    lengths[slot] = length;
    tos[slot] = 0;
    endpoints[slot] = null;
    return slot;
  }

  /** Forgets all packets. */
  public void clear() {
    // Endpoints are let go too: a batch must not keep a removed peer's address alive.
    Arrays.fill(endpoints, 0, count, null);
    count = 0;
    used = 0;
  }

  /** Keeps the first {@code newCount} packets; room already taken stays taken until cleared. */
  public void truncate(int newCount) {
    assert newCount <= count;
    Arrays.fill(endpoints, newCount, count, null);
    count = newCount;
  }

  /** Describes slot {@code from} in slot {@code to} as well; used to close the gaps of drops. */
  public void move(int from, int to) {
    if (from != to) {
      offsets[to] = offsets[from];
      lengths[to] = lengths[from];
      tos[to] = tos[from];
      endpoints[to] = endpoints[from];
    }
  }

  /** Where the packet of a slot begins. */
  public int offset(int slot) {
    return offsets[slot];
  }

  /** How long the packet of a slot is. */
  public int length(int slot) {
    return lengths[slot];
  }

  /** Moves the bounds of a slot's packet, within the room it has. */
  public void bounds(int slot, int offset, int length) {
    offsets[slot] = offset;
    lengths[slot] = length;
  }

  /** The TOS (traffic class) byte of the outer IP header, received or to send. */
  public int tos(int slot) {
    return tos[slot];
  }

  /** Sets the TOS byte of the outer IP header. */
  public void tos(int slot, int value) {
    tos[slot] = value;
  }

  /** Whom a datagram came from or goes to; null for packets of the TUN side. */
  public @Nullable Endpoint endpoint(int slot) {
    return endpoints[slot];
  }

  /** Sets whom a datagram came from or goes to. */
  public void endpoint(int slot, @Nullable Endpoint endpoint) {
    endpoints[slot] = endpoint;
  }

  private static int start(int used) {
    return used + HEADROOM;
  }

  private static long end(int offset, int length) {
    return ((long) offset + length + TAILROOM + ALIGNMENT - 1) & -ALIGNMENT;
  }
}
