package dev.warren.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The parts of a handshake, between two devices: all of Noise, macs, indices and timers. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"-XX:+UseSerialGC", "-Xmx64m"})
public class HandshakeBenchmark {

  @Param({"boringssl", "openssl", "jdk"})
  private String engine = "";

  private DevicePair pair = new DevicePair(Engines.named("jdk"));

  /** Makes the devices. */
  @Setup
  public void setUp() {
    pair.close();
    pair = new DevicePair(Engines.named(engine));
    pair.shakeHands();
  }

  /** Wipes the keys. */
  @TearDown
  public void tearDown() {
    pair.close();
  }

  /** Creates an initiation. */
  @Benchmark
  public void createInitiation() {
    pair.initiate();
  }

  /** Consumes an initiation and creates the response. */
  @Benchmark
  public void consumeInitiationCreateResponse(Initiated initiated) {
    initiated.pair.respond();
  }

  /** Consumes the response, derives the keys, and seals the keepalive that confirms them. */
  @Benchmark
  public void consumeResponse(Responded responded) {
    responded.pair.conclude();
  }

  /** Both sides together, to the confirmed keys. */
  @Benchmark
  public void whole() {
    pair.shakeHands();
  }

  /** An initiation is on the wire. */
  @State(Scope.Thread)
  public static class Initiated {
    private DevicePair pair = new DevicePair(Engines.named("jdk"));

    /** Creates it; JMH leaves that out of the time. */
    @Setup(Level.Invocation)
    public void setUp(HandshakeBenchmark of) {
      pair = of.pair;
      pair.initiate();
    }
  }

  /** A response is on the wire. */
  @State(Scope.Thread)
  public static class Responded {
    private DevicePair pair = new DevicePair(Engines.named("jdk"));

    /** Creates it; JMH leaves that out of the time. */
    @Setup(Level.Invocation)
    public void setUp(HandshakeBenchmark of) {
      pair = of.pair;
      pair.initiate();
      pair.respond();
    }
  }
}
