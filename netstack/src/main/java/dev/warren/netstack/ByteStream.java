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
 * <p>It is a chain of chunks that grows as bytes come and whose read part is let go, so an idle
 * stream holds one chunk, or none as long as it was never used. A taker may also look at bytes that
 * it does not take yet, as a sender does until they are acknowledged.
 *
 * <p><b>Units:</b> positions count bytes since the beginning.
 *
 * <p><b>Owner:</b> one thread for the methods of the putter, one for those of the taker; the two
 * positions order their memory.
 */
@Shared
final class ByteStream {
  private static final int FIRST_CHUNK_BYTES = 1 << 10;
  private static final int LAST_CHUNK_BYTES = 32 << 10;
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

  private static final class Chunk {
    final long base;
    final byte[] bytes;

    /** Written before the position that makes it visible. */
    @Nullable Chunk next;

    Chunk(long base, int size) {
      this.base = base;
      this.bytes = new byte[size];
    }

    long end() {
      return base + bytes.length;
    }
  }

  private final int capacity;
  private long written;
  private long released;
  private @Nullable Chunk first;

  /** The putter's. */
  private @Nullable Chunk last;

  /** The taker's: the chunk that holds {@code released}, and the one looked at last. */
  private @Nullable Chunk head;

  private @Nullable Chunk cursor;

  ByteStream(int capacity) {
    this.capacity = capacity;
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
    for (int done = 0; done < count; ) {
      Chunk chunk = chunkToFill();
      long at = written + done;
      int within = (int) (at - chunk.base);
      int part = Math.min(count - done, chunk.bytes.length - within);
      System.arraycopy(from, offset + done, chunk.bytes, within, part);
      done += part;
      extend(chunk, at + part);
    }
    WRITTEN.setRelease(this, written + count);
    return count;
  }

  int put(ByteBuffer from) {
    int count = Math.min(from.remaining(), space());
    for (int done = 0; done < count; ) {
      Chunk chunk = chunkToFill();
      long at = written + done;
      int within = (int) (at - chunk.base);
      int part = Math.min(count - done, chunk.bytes.length - within);
      from.get(chunk.bytes, within, part);
      done += part;
      extend(chunk, at + part);
    }
    WRITTEN.setRelease(this, written + count);
    return count;
  }

  /** Puts all of it; the caller has seen to the room. */
  void put(MemorySegment from, long offset, int length) {
    for (int done = 0; done < length; ) {
      Chunk chunk = chunkToFill();
      long at = written + done;
      int within = (int) (at - chunk.base);
      int part = Math.min(length - done, chunk.bytes.length - within);
      MemorySegment.copy(from, ValueLayout.JAVA_BYTE, offset + done, chunk.bytes, within, part);
      done += part;
      extend(chunk, at + part);
    }
    WRITTEN.setRelease(this, written + length);
  }

  private Chunk chunkToFill() {
    Chunk chunk = last;
    if (chunk == null) {
      chunk = new Chunk(0, FIRST_CHUNK_BYTES);
      last = chunk;
      FIRST.setRelease(this, chunk);
    }
    return chunk;
  }

  /** Appends a chunk when this one is full, twice as large: who sends much gets large ones. */
  private void extend(Chunk chunk, long end) {
    if (end == chunk.end()) {
      Chunk next = new Chunk(end, Math.min(2 * chunk.bytes.length, LAST_CHUNK_BYTES));
      chunk.next = next;
      last = next;
    }
  }

  // The taker.

  int take(byte[] into, int offset, int length) {
    int count = Math.min(length, available());
    for (int done = 0; done < count; ) {
      Chunk chunk = seek(released + done);
      int within = (int) (released + done - chunk.base);
      int part = Math.min(count - done, chunk.bytes.length - within);
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
      int part = Math.min(count - done, chunk.bytes.length - within);
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
      int part = Math.min(length - done, chunk.bytes.length - within);
      MemorySegment.copy(chunk.bytes, within, into, ValueLayout.JAVA_BYTE, offset + done, part);
      done += part;
    }
  }

  /** Lets go of everything before a position. */
  void release(long position) {
    if (position > released) {
      Chunk chunk = head == null ? (Chunk) FIRST.getAcquire(this) : head;
      while (chunk != null && chunk.end() <= position && chunk.next != null) {
        chunk = chunk.next;
      }
      head = chunk;
      first = null; // Only the way to the first chunk, which must not be kept by it.
      if (cursor != null && chunk != null && cursor.base < chunk.base) {
        cursor = chunk;
      }
      RELEASED.setRelease(this, position);
    }
  }

  private Chunk seek(long position) {
    Chunk chunk = cursor;
    if (chunk == null || chunk.base > position) {
      chunk = head == null ? (Chunk) FIRST.getAcquire(this) : head;
    }
    while (chunk != null && chunk.end() <= position) {
      chunk = chunk.next;
    }
    if (chunk == null) {
      throw new AssertionError("position " + position + " was never put");
    }
    cursor = chunk;
    return chunk;
  }
}
