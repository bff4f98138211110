package dev.warren.bench;

import dev.warren.crypto.Aead;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One packet sealed or opened in place, by each engine; the nonce differs from packet to packet.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"-XX:+UseSerialGC", "-Xmx64m"})
public class AeadBenchmark {

  private static final int OFFSET = 64;

  /** An engine that this host lacks ends its runs with the reason. */
  @Param({"ipsec-mb", "boringssl", "openssl", "jdk"})
  private String engine = "";

  @Param({"64", "1420"})
  private int length;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory = arena.allocate(2048, 64);
  private final MemorySegment sealed = arena.allocate(2048, 64);
  private Aead aead = Engines.named("jdk").aead().create(new byte[Aead.KEY_BYTES], 0);
  private long counter;

  /** Makes the AEAD, and a packet to open. */
  @Setup
  public void setUp() {
    aead.close();
    aead = Engines.named(engine).aead().create(new byte[Aead.KEY_BYTES], 0);
    if (!aead.seal(0, sealed, OFFSET, length) || !open()) {
      throw new IllegalStateException("our own packet is refused");
    }
  }

  /** Frees what {@link #setUp} made. */
  @TearDown
  public void tearDown() {
    aead.close();
    arena.close();
  }

  /** Seals whatever the last packet left there. */
  @Benchmark
  public boolean seal() {
    return aead.seal(counter++, memory, OFFSET, length);
  }

  /** Opens one packet again and again, and so has to copy it first: 20 ns at 1420 bytes. */
  @Benchmark
  public boolean open() {
    MemorySegment.copy(sealed, OFFSET, memory, OFFSET, (long) length + Aead.TAG_BYTES);
    return aead.open(0, memory, OFFSET, length + Aead.TAG_BYTES);
  }
}
