package dev.warren.bench;

import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import dev.warren.packet.trie.PrefixTrieV4;
import dev.warren.packet.trie.PrefixTrieV6;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
import org.openjdk.jmh.annotations.Warmup;

/** Whom a packet goes to, among few and many prefixes; all of them are in use. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"-XX:+UseSerialGC", "-Xmx256m"})
public class TrieBenchmark {

  /** A power of two, so that the next address is found without a division. */
  private static final int ADDRESSES = 1 << 17;

  private static final long PREFIX_HIGH = 0xfd00L << 48;

  @Param({"10", "1000", "100000"})
  private int prefixes;

  private final PrefixTrieV4<String> v4 = new PrefixTrieV4<>();
  private final PrefixTrieV6<String> v6 = new PrefixTrieV6<>();
  private final int[] v4Addresses = new int[ADDRESSES];
  private final long[] v6Addresses = new long[ADDRESSES];
  private int next;

  /** One address a peer, at random, as a VPN with so many users has them. */
  @Setup
  public void setUp() {
    Random random = new Random(1);
    int[] v4Hosts = new int[prefixes];
    long[] v6Hosts = new long[prefixes];
    for (int i = 0; i < prefixes; i++) {
      v4Hosts[i] = 10 << 24 | random.nextInt(1 << 24);
      v6Hosts[i] = random.nextLong();
      v4.insert(Prefix.of(IpAddress.v4(v4Hosts[i])), "peer");
      v6.insert(Prefix.of(IpAddress.v6(PREFIX_HIGH, v6Hosts[i])), "peer");
    }
    for (int i = 0; i < ADDRESSES; i++) {
      v4Addresses[i] = v4Hosts[random.nextInt(prefixes)];
      v6Addresses[i] = v6Hosts[random.nextInt(prefixes)];
    }
  }

  /** An IPv4 address. */
  @Benchmark
  public @Nullable String v4() {
    return v4.lookup(v4Addresses[next++ & (ADDRESSES - 1)]);
  }

  /** An IPv6 address. */
  @Benchmark
  public @Nullable String v6() {
    return v6.lookup(PREFIX_HIGH, v6Addresses[next++ & (ADDRESSES - 1)]);
  }
}
