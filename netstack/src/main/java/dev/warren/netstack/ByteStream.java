package dev.warren.netstack;

import dev.warren.packet.owner.Shared;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A bounded stream of bytes between two threads: one puts, one takes, and neither waits.
 *
 * <p>It is a chain of chunks that grows as bytes come and whose read part is let go. One that is
 * empty holds no chunk at all: its last one is retired by the taker, unless the putter is about to
 * fill it, and the putter continues with another. A taker may also look at bytes that it does not
 * take yet, as a sender does until they are acknowledged.
 *
 * <p><b>Units:</b> positions count bytes since the beginning.
 *
 * <p><b>Owner:</b> one thread for the methods of the putter, one for those of the taker; the two
 * positions order their memory, and a chunk's state who of them may have it.
 */
@Shared
final class ByteStream {
  private static final VarHandle WRITTEN;
  private static final VarHandle RELEASED;
  private static final VarHandle FIRST;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      WRITTEN = lookup.findVarHandle(ByteStream.class, "written", long.class);
      RELEASED = lookup.findVarHandle(ByteStream.class, "released", long.class);
      FIRST = lookup.findVarHandle(ByteStream.class, "first", Chunk.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** A part of the stream, from {@code base} on. */
  private static final class Chunk {
    private static final byte[] NONE = {};

    /** The putter may have it, has it, or will never have it again. */
    private static final int OPEN = 0;

    private static final int BUSY = 1;
    private static final int RETIRED = 2;

    private static final VarHandle STATE;
    private static final VarHandle NEXT;

    static {
      try {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        STATE = lookup.findVarHandle(Chunk.class, "state", int.class);
        NEXT = lookup.findVarHandle(Chunk.class, "next", Chunk.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    final long base;
    final int size;

    /** The taker's once it retired the chunk, and the putter's before. */
    byte[] bytes;

    /** Where what was put into it ends; written by the putter before it lets go of it. */
    private long filled;

    /** The taker's. */
    private boolean retired;

    private int state = BUSY;
    private @Nullable Chunk next;

    Chunk(long base, byte[] bytes) {
      this.base = base;
      this.size = bytes.length;
      this.bytes = bytes;
    }

    boolean seize() {
      return STATE.compareAndSet(this, OPEN, BUSY);
    }

    void letGo(long position) {
      filled = position;
      STATE.setRelease(this, OPEN);
    }

    void append(Chunk chunk) {
      NEXT.setRelease(this, chunk);
    }

    @Nullable Chunk next() {
      return (Chunk) NEXT.getAcquire(this);
    }

    /** The taker's: nothing is put into it from now on; false when the putter has it. */
    boolean retire() {
      retired = retired || STATE.compareAndSet(this, OPEN, RETIRED);
      return retired;
    }

    /** The taker's: where the next one begins. */
    long end() {
      return retired ? filled : base + size;
    }

    /** The taker's: all of it was read. */
    void empty(Spares spares) {
      spares.give(bytes);
      bytes = NONE;
    }
  }

  private final int capacity;
  private final Spares spares;
  private long written;
  private long released;
  private @Nullable Chunk first;

  /** The putter's. */
  private @Nullable Chunk last;

  /** The taker's: the chunk that holds {@code released}, and the one looked at last. */
  private @Nullable Chunk head;

  private @Nullable Chunk cursor;

  /**
   * @param spares where chunks come from and go back to
   */
  ByteStream(int capacity, Spares spares) {
    this.capacity = capacity;
    this.spares = spares;
  }

  int capacity() {
    return capacity;
  }

  /** How many bytes were ever put. */
  long written() {
    return (long) WRITTEN.getAcquire(this);
  }

  /** How many bytes were ever taken. */
  long released() {
    return (long) RELEASED.getAcquire(this);
  }

  /** How many bytes are in it. */
  int available() {
    long taken = released();
    return (int) (written() - taken);
  }

  /** How many bytes may be put. */
  int space() {
    return capacity - (int) (written - released());
  }

  // The putter.

  int put(byte[] from, int offset, int length) {
    int count = Math.min(length, space());
    if (count <= 0) {
      return 0;
    }
    Chunk chunk = open();
    for (int done = 0; done < count; ) {
      chunk = withRoom(chunk, written + done);
      int within = (int) (written + done - chunk.base);
      int part = Math.min(count - done, chunk.size - within);
      System.arraycopy(from, offset + done, chunk.bytes, within, part);
      done += part;
    }
    close(chunk, count);
    return count;
  }

  int put(ByteBuffer from) {
    int count = Math.min(from.remaining(), space());
    if (count <= 0) {
      return 0;
    }
    Chunk chunk = open();
    for (int done = 0; done < count; ) {
      chunk = withRoom(chunk, written + done);
      int within = (int) (written + done - chunk.base);
      int part = Math.min(count - done, chunk.size - within);
      from.get(chunk.bytes, within, part);
      done += part;
    }
    close(chunk, count);
    return count;
  }

  /** Puts all of it; the caller has seen to the room. */
  void put(MemorySegment from, long offset, int length) {
    if (length <= 0) {
      return;
    }
    Chunk chunk = open();
    for (int done = 0; done < length; ) {
      chunk = withRoom(chunk, written + done);
      int within = (int) (written + done - chunk.base);
      int part = Math.min(length - done, chunk.size - within);
      MemorySegment.copy(from, ValueLayout.JAVA_BYTE, offset + done, chunk.bytes, within, part);
      done += part;
    }
    close(chunk, length);
  }

  /** The chunk to go on with; a small one where there was none or it was retired. */
  private Chunk open() {
    Chunk chunk = last;
    if (chunk != null && chunk.seize()) {
      return chunk;
    }
    Chunk fresh = new Chunk(written, spares.take(Spares.SMALL_BYTES));
    last = fresh;
    if (chunk == null) {
      FIRST.setRelease(this, fresh);
    } else {
      chunk.append(fresh);
    }
    return fresh;
  }

  /** This chunk, or where it is full another, a large one: who sends more sends much. */
  private Chunk withRoom(Chunk chunk, long position) {
    if (position < chunk.base + chunk.size) {
      return chunk;
    }
    Chunk fresh = new Chunk(position, spares.take(Spares.LARGE_BYTES));
    chunk.append(fresh);
    last = fresh;
    return fresh;
  }

  private void close(Chunk chunk, int count) {
    // In this order: who sees all that was written can have the chunk when all of it was read.
    chunk.letGo(written + count);
    WRITTEN.setRelease(this, written + count);
  }

  // The taker.

  int take(byte[] into, int offset, int length) {
    int count = Math.min(length, available());
    for (int done = 0; done < count; ) {
      Chunk chunk = seek(released + done);
      int within = (int) (released + done - chunk.base);
      int part = (int) Math.min(count - done, chunk.end() - released - done);
      System.arraycopy(chunk.bytes, within, into, offset + done, part);
      done += part;
    }
    release(released + count);
    return count;
  }

  int take(ByteBuffer into) {
    int count = Math.min(into.remaining(), available());
    for (int done = 0; done < count; ) {
      Chunk chunk = seek(released + done);
      int within = (int) (released + done - chunk.base);
      int part = (int) Math.min(count - done, chunk.end() - released - done);
      into.put(chunk.bytes, within, part);
      done += part;
    }
    release(released + count);
    return count;
  }

  /** Copies bytes that are in it, without taking them. */
  void look(long position, int length, MemorySegment into, long offset) {
    for (int done = 0; done < length; ) {
      Chunk chunk = seek(position + done);
      int within = (int) (position + done - chunk.base);
      int part = (int) Math.min(length - done, chunk.end() - position - done);
      MemorySegment.copy(chunk.bytes, within, into, ValueLayout.JAVA_BYTE, offset + done, part);
      done += part;
    }
  }

  /** Lets go of everything before a position. */
  void release(long position) {
    if (position <= released) {
      return;
    }
    Chunk chunk = head == null ? (Chunk) FIRST.getAcquire(this) : head;
    for (Chunk next; chunk != null && chunk.end() <= position; chunk = next) {
      next = chunk.next();
      if (next == null) {
        break;
      }
      chunk.empty(spares);
    }
    if (chunk != null && position == written() && chunk.retire() && chunk.end() <= position) {
      chunk.empty(spares);
    }
    head = chunk;
    if (cursor != null && cursor.end() <= position) {
      cursor = null;
    }
    first = null; // Only the way to the first chunk, which must not be kept by it.
    RELEASED.setRelease(this, position);
  }

  private Chunk seek(long position) {
    Chunk chunk = cursor;
    if (chunk == null || chunk.base > position) {
      chunk = head == null ? (Chunk) FIRST.getAcquire(this) : head;
    }
    while (chunk != null && chunk.end() <= position) {
      chunk = chunk.next();
    }
    if (chunk == null) {
      throw new AssertionError("position " + position + " was never put");
    }
    cursor = chunk;
    return chunk;
  }
}
