package dev.warren.bench;

import dev.warren.packet.Batch;
import dev.warren.packet.offload.Coalescing;
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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Packets of one flow of TCP into super-packets, without the copy of their data; per packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"-XX:+UseSerialGC", "-Xmx64m"})
public class CoalescingBenchmark {

  private static final int PACKETS = 128;

  /** Payload: full packets, or pure acknowledgements. */
  @Param({"data", "acknowledgements"})
  private String kind = "";

  private final Batch batch = new Batch(PACKETS, 256 << 10);
  private final Coalescing coalescing = new Coalescing(PACKETS);
  private final MemorySegment header = Arena.ofAuto().allocate(Coalescing.HEADER_LIMIT_BYTES, 8);

  /** Makes the packets. */
  @Setup
  public void setUp() {
    int payload = "data".equals(kind) ? TcpPackets.FULL_PAYLOAD_BYTES : 0;
    for (int i = 0; i < PACKETS; i++) {
      byte[] packet = TcpPackets.packet(i * payload, payload);
      int slot = batch.reserve(packet.length);
      MemorySegment.copy(
          MemorySegment.ofArray(packet), 0, batch.memory(), batch.offset(slot), packet.length);
    }
    if ("data".equals(kind) && join() > 3) {
      throw new IllegalStateException("not joined: the packets are not right");
    }
  }

  /** Finds the runs, and writes their headers. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public int join() {
    int runs = coalescing.group(batch);
    for (int run = 0; run < runs; run++) {
      if (coalescing.segments(run) > 1) {
        coalescing.writeHeader(batch, run, header, 0);
      }
    }
    return runs;
  }
}
