package dev.warren.bench;

import dev.warren.packet.Batch;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * All that a device does with a packet, but for what the kernel does: full batches of packets of
 * one peer, per packet.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"-XX:+UseSerialGC", "-Xmx64m"})
public class DataPathBenchmark {

  private static final int PACKETS = 128;
  private static final int SLOT_BYTES = 2048;

  /** The kernel hands over as much at once. */
  private static final int BATCH_BYTES = PACKETS * SLOT_BYTES;

  @Param({"ipsec-mb", "boringssl", "openssl", "jdk"})
  private String engine = "";

  @Param({"64", "1420"})
  private int length;

  private final Batch out = new Batch(PACKETS, BATCH_BYTES);
  private final Batch in = new Batch(PACKETS, BATCH_BYTES);
  private MemorySegment packet = MemorySegment.NULL;
  private DevicePair pair = new DevicePair(Engines.named("jdk"));

  /** Makes the devices and their keys. */
  @Setup
  public void setUp() {
    pair.close();
    pair = new DevicePair(Engines.named(engine));
    pair.shakeHands();
    packet = MemorySegment.ofArray(TcpPackets.packet(1, length - TcpPackets.HEADER_BYTES));
    fill();
    seal();
    carry();
    if (open() != PACKETS) {
      throw new IllegalStateException("our own packets are refused");
    }
  }

  /** Wipes the keys. */
  @TearDown
  public void tearDown() {
    pair.close();
  }

  /** From the interface to the wire; with the copy of the packet into its slot. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public int sealPath() {
    fill();
    return seal();
  }

  /** From the wire to the interface. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public int openPath(Sealed sealed) {
    return sealed.benchmark.open();
  }

  /** Messages that were not opened before. */
  @State(Scope.Thread)
  public static class Sealed {
    private DataPathBenchmark benchmark = new DataPathBenchmark();

    /** Seals a batch; JMH leaves that out of the time. */
    @Setup(Level.Invocation)
    public void seal(DataPathBenchmark of) {
      benchmark = of;
      of.fill();
      of.seal();
      of.carry();
    }
  }

  private void fill() {
    out.clear();
    for (int i = 0; i < PACKETS; i++) {
      int slot = out.reserve(length);
      MemorySegment.copy(packet, 0, out.memory(), out.offset(slot), length);
    }
  }

  private int seal() {
    pair.left().onTunPackets(out, pair.now());
    return out.count();
  }

  private void carry() {
    in.clear();
    for (int slot = 0; slot < out.count(); slot++) {
      int offset = out.offset(slot);
      MemorySegment.copy(out.memory(), offset, in.memory(), offset, out.length(slot));
      in.endpoint(in.append(offset, out.length(slot)), pair.leftEndpoint());
    }
  }

  private int open() {
    pair.right().onDatagrams(in, pair.now());
    return in.count();
  }
}
