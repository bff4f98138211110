package dev.warren.bench;

import dev.warren.packet.Batch;
import dev.warren.packet.offload.Segmentation;
import dev.warren.packet.offload.VirtioHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A super-packet of TCP, as large as they come, into packets of 1420 bytes; per packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"-XX:+UseSerialGC", "-Xmx64m"})
public class SegmentationBenchmark {

  private static final int SEGMENTS = 46;

  private final Batch batch = new Batch(64, 128 << 10);
  private final Segmentation segmentation = new Segmentation();
  private MemorySegment superPacket = MemorySegment.NULL;

  /** Makes the super-packet. */
  @Setup
  public void setUp() {
    byte[] packet = TcpPackets.packet(0, SEGMENTS * TcpPackets.FULL_PAYLOAD_BYTES);
    superPacket = Arena.ofAuto().allocate(VirtioHeader.SIZE + packet.length, 64);
    VirtioHeader.set(
        superPacket,
        0,
        VirtioHeader.GSO_TCPV4,
        TcpPackets.HEADER_BYTES,
        TcpPackets.FULL_PAYLOAD_BYTES,
        TcpPackets.IP_HEADER_BYTES,
        TcpPackets.CHECKSUM_OFFSET);
    MemorySegment.copy(
        MemorySegment.ofArray(packet), 0, superPacket, VirtioHeader.SIZE, packet.length);
    if (split() != SEGMENTS) {
      throw new IllegalStateException("not split into " + SEGMENTS);
    }
  }

  /** The whole super-packet. */
  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public int split() {
    batch.clear();
    segmentation.begin(superPacket, 0, (int) superPacket.byteSize() - VirtioHeader.SIZE);
    return segmentation.into(batch);
  }
}
