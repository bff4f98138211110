package dev.warren.embed.proxy;

import dev.warren.embed.PacketTap;
import dev.warren.packet.owner.Shared;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A tunnel's packets in a file that Wireshark reads.
 *
 * <p>The tunnel's thread copies them into a ring of {@value #RING_BYTES} bytes, and never waits: a
 * packet that finds no room is left out, and counted. A thread of its own writes them. When the
 * disk is full that is said, and the tunnel goes on without.
 *
 * <p><b>Shape:</b> in the machine's byte order as its magic number tells: 24 bytes of header, then
 * for each packet seconds, microseconds and its length twice, 4 bytes each, and the packet: an IP
 * header first ({@code LINKTYPE_RAW}). Nobody but the owner may read the file.
 *
 * <p><b>Owner:</b> {@link #packet} the tunnel's thread; {@link #close} any. The positions in the
 * ring are published by the one that moves them, release to acquire.
 *
 * <p><b>Source:</b> draft-ietf-opsawg-pcap.
 */
@Shared
public final class PcapFile implements PacketTap, AutoCloseable {
  private static final int RING_BYTES = 4_194_304;
  private static final int MAGIC = 0xa1b2c3d4;
  private static final int MAX_PACKET = 65_535;
  private static final int LINKTYPE_RAW = 101;
  private static final int RECORD_BYTES = 16;
  private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final FileChannel file;
  private final Consumer<String> log;
  private final MemorySegment ring = MemorySegment.ofArray(new byte[RING_BYTES]);
  private final ByteBuffer head = ByteBuffer.allocate(RECORD_BYTES).order(ByteOrder.nativeOrder());
  private final MemorySegment headMemory = MemorySegment.ofBuffer(head);
  private final long beginMicros;
  private final long beginNanos;
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong read = new AtomicLong();
  private final AtomicLong leftOut = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread writer;

  private PcapFile(FileChannel file, Consumer<String> log) {
    this.file = file;
    this.log = log;
    this.beginNanos = System.nanoTime();
    this.beginMicros = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
    this.writer = Thread.ofPlatform().daemon().name("warren-pcap").unstarted(this::drain);
  }

  /**
   * Begins a file, in the place of one that is there; what is no plain file is written to as it is.
   */
  public static PcapFile open(Path path, Consumer<String> log) throws IOException {
    FileChannel channel;
    if (Files.exists(path) && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      channel = FileChannel.open(path, StandardOpenOption.WRITE);
    } else {
      Files.deleteIfExists(path);
      boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
      FileAttribute<?>[] attributes =
          posix
              ? new FileAttribute<?>[] {
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
              }
              : new FileAttribute<?>[0];
      channel =
          FileChannel.open(
              path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes);
    }
    try {
      write(channel, header());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    PcapFile file = new PcapFile(channel, log);
    file.writer.start();
    return file;
  }

  private static ByteBuffer header() {
    return ByteBuffer.allocate(24)
        .order(ByteOrder.nativeOrder())
        .putInt(MAGIC)
        .putShort((short) 2)
        .putShort((short) 4)
        .putInt(0)
        .putInt(0)
        .putInt(MAX_PACKET)
        .putInt(LINKTYPE_RAW)
        .flip();
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  // The tunnel's thread.

  @Override
  public void packet(boolean inbound, MemorySegment memory, int offset, int length) {
    long at = written.getPlain();
    long used = at - read.getAcquire();
    if (length > MAX_PACKET || used + RECORD_BYTES + length > RING_BYTES || closed.get()) {
      leftOut.incrementAndGet();
      return;
    }
    long micros = beginMicros + (System.nanoTime() - beginNanos) / 1000;
    head.putInt(0, (int) (micros / 1_000_000));
    head.putInt(4, (int) (micros % 1_000_000));
    head.putInt(8, length);
    head.putInt(12, length);
    put(at, headMemory, 0, RECORD_BYTES);
    put(at + RECORD_BYTES, memory, offset, length);
    written.setRelease(at + RECORD_BYTES + length);
    if (used < RING_BYTES / 2 && used + length >= RING_BYTES / 2) {
      LockSupport.unpark(writer);
    }
  }

  private void put(long position, MemorySegment from, long offset, int length) {
    int at = (int) (position % RING_BYTES);
    int first = Math.min(length, RING_BYTES - at);
    MemorySegment.copy(from, offset, ring, at, first);
    MemorySegment.copy(from, offset + first, ring, 0, length - first);
  }

  // The writer's thread.

  private void drain() {
    byte[] bytes = (byte[]) ring.heapBase().orElseThrow();
    try {
      while (true) {
        boolean last = closed.get();
        long to = written.getAcquire();
        long at = read.getPlain();
        if (at < to) {
          int begin = (int) (at % RING_BYTES);
          int length = (int) Math.min(to - at, RING_BYTES - begin);
          write(file, ByteBuffer.wrap(bytes, begin, length));
          read.setRelease(at + length);
        } else if (last) {
          return;
        } else {
          LockSupport.parkNanos(this, WAIT_NANOS);
        }
      }
    } catch (IOException e) {
      closed.set(true);
      log.accept("capturing has ended: " + e.getMessage());
    }
  }

  /** How many packets found no room. */
  public long leftOutCount() {
    return leftOut.get();
  }

  /** Writes what is left, and closes the file. */
  @Override
  public void close() throws IOException {
    closed.set(true);
    LockSupport.unpark(writer);
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      file.close();
    }
    if (leftOut.get() > 0) {
      log.accept(leftOut.get() + " packets are not in the capture: the disk was too slow");
    }
  }
}
