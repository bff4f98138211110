package dev.warren.bench;

import dev.warren.crypto.CryptoEngine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Entry point of {@code ./dev bench}: runs JMH, then checks that the data path left no garbage.
 *
 * <p>Arguments: the file for JMH's results; {@code true} for the gate, which runs the data path
 * alone, briefly: long enough to see garbage, too short to trust the times; a regular expression of
 * benchmarks.
 */
public final class Runner {

  /**
   * Per packet or look-up. JMH itself leaves some 6 KB per iteration, which comes to 0.02 with the
   * gate's short ones; a single object of 16 bytes for a whole batch of 128 packets is 0.125.
   */
  private static final double TOLERATED_BYTES = 0.1;

  private static final String GARBAGE = "gc.alloc.rate.norm";
  private static final String ENGINE = "engine";
  private static final String JDK = "jdk";
  private static final List<String> NATIVE_ENGINES = List.of("ipsec-mb", "boringssl", "openssl");

  /** Whose packets or look-ups must leave no garbage. */
  private static final List<Class<?>> OF_THE_DATA_PATH =
      List.of(
          AeadBenchmark.class,
          ChecksumBenchmark.class,
          CoalescingBenchmark.class,
          DataPathBenchmark.class,
          SegmentationBenchmark.class,
          TrieBenchmark.class);

  /** All of them but those that others contain. */
  private static final List<Class<?>> IN_GATE =
      OF_THE_DATA_PATH.stream().filter(type -> type != AeadBenchmark.class).toList();

  private Runner() {}

  /** Exit status 1 when there is garbage, or nothing to look at. */
  public static void main(String[] arguments) throws RunnerException, CommandLineOptionException {
    boolean isGate = Boolean.parseBoolean(arguments[1]);
    List<String> engines = new ArrayList<>(NATIVE_ENGINES);
    engines.removeIf(Runner::isAbsent);
    if (engines.isEmpty()) {
      System.err.println("bench: no native engine here: install libssl3 or android-libboringssl");
      System.exit(1);
    }
    if (!isGate) {
      engines.add(JDK);
    }
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .param(ENGINE, engines.toArray(String[]::new))
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .resultFormat(ResultFormatType.JSON)
            .result(arguments[0]);
    if (isGate) {
      quick(options);
    } else {
      options.include(arguments[2]);
    }
    System.exit(verdict(new org.openjdk.jmh.runner.Runner(options.build()).run()));
  }

  private static void quick(ChainedOptionsBuilder options) {
    IN_GATE.forEach(type -> options.include(type.getName().replace(".", "\\.") + "\\."));
    options
        .forks(1)
        .warmupIterations(1)
        .warmupTime(TimeValue.milliseconds(700))
        .measurementIterations(3)
        .measurementTime(TimeValue.milliseconds(300))
        .param("bytes", "1420")
        .param("prefixes", "1000");
  }

  private static boolean isAbsent(String engine) {
    try {
      CryptoEngine found = Engines.named(engine);
      System.out.printf("bench: %s is %s%n", engine, found.description());
      return false;
    } catch (IllegalStateException e) {
      System.out.println("bench: " + e.getMessage());
      return true;
    }
  }

  private static int verdict(Collection<RunResult> results) {
    int looked = 0;
    List<String> garbage = new ArrayList<>();
    for (RunResult result : results) {
      if (promisesNoGarbage(result)) {
        looked++;
        check(result).ifPresent(garbage::add);
      }
    }
    garbage.forEach(System.err::println);
    if (garbage.isEmpty() && looked > 0) {
      System.out.printf("bench: %d measurements of the data path, no garbage%n", looked);
    }
    return garbage.isEmpty() && !results.isEmpty() ? 0 : 1;
  }

  private static boolean promisesNoGarbage(RunResult result) {
    String method = result.getParams().getBenchmark();
    String owner = method.substring(0, method.lastIndexOf('.'));
    return OF_THE_DATA_PATH.stream().anyMatch(type -> type.getName().equals(owner))
        && !JDK.equals(engine(result));
  }

  private static @Nullable String engine(RunResult result) {
    return result.getParams().getParam(ENGINE);
  }

  /** What is wrong with a result of the data path, if anything. */
  private static Optional<String> check(RunResult result) {
    Result<?> norm = result.getSecondaryResults().get(GARBAGE);
    // A compilation that comes late may still allocate: some iteration of several must be clean.
    double bytes = norm == null ? Double.NaN : norm.getStatistics().getMin();
    if (bytes <= TOLERATED_BYTES) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "bench: %s %s leaves %.3f bytes of garbage per packet or look-up",
            result.getParams().getBenchmark(),
            result.getParams().getParamsKeys().stream()
                .map(key -> key + "=" + result.getParams().getParam(key))
                .toList(),
            bytes));
  }
}
