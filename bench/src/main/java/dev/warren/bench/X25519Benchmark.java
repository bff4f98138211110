package dev.warren.bench;

import dev.warren.crypto.CryptoEngine;
import dev.warren.crypto.CryptoEngines;
import dev.warren.crypto.PrivateKey;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.RandomSource;
import dev.warren.crypto.X25519;
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

/** A handshake's agreements and ephemeral keys, by each engine. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"-XX:+UseSerialGC", "-Xmx64m"})
public class X25519Benchmark {

  private static final RandomSource RANDOM = RandomSource.secure();

  /** An engine that this host lacks ends its runs with the reason. */
  @Param({"boringssl", "openssl", "jdk"})
  private String engine = "";

  private final byte[] shared = new byte[PrivateKey.SHARED_SECRET_BYTES];
  private X25519 x25519 = CryptoEngines.jdk().x25519();
  private PrivateKey key = x25519.generate(RANDOM);
  private PublicKey peer = key.publicKey();

  /** Makes the two keys. */
  @Setup
  public void setUp() {
    key.close();
    CryptoEngine chosen = Engines.named(engine);
    x25519 = chosen.x25519();
    key = x25519.generate(RANDOM);
    try (PrivateKey other = x25519.generate(RANDOM)) {
      peer = other.publicKey();
    }
  }

  /** Wipes the key. */
  @TearDown
  public void tearDown() {
    key.close();
  }

  /** One agreement of a key that is used more than once. */
  @Benchmark
  public boolean agree() {
    return key.agree(peer, shared);
  }

  /** A new ephemeral key pair, and its end. */
  @Benchmark
  public PublicKey generate() {
    try (PrivateKey ephemeral = x25519.generate(RANDOM)) {
      return ephemeral.publicKey();
    }
  }
}
