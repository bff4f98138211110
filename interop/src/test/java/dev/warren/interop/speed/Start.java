package dev.warren.interop.speed;

import dev.warren.interop.host.Implementation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Entry point of {@code bench/start}: how long whole commands take, each started in turn, so that
 * what disturbs the machine disturbs all of them.
 *
 * <p>It runs in a network and a mount namespace of its own, which the script makes.
 */
public final class Start {
  private static final String DEVICE = "start0";
  private static final int WARM_UP_ROUNDS = 2;

  /** What the JVM itself takes. */
  static final class Empty {
    private Empty() {}

    public static void main(String[] arguments) {}
  }

  private Start() {}

  /** Measures as many rounds as the first argument says, 15 without one. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
    Map<String, List<Double>> results = new LinkedHashMap<>();
    measure(results, commands(), rounds);
    run(List.of(warren(), "run", DEVICE));
    try {
      Map<String, List<String>> more = new LinkedHashMap<>();
      more.put("`warren wg show`, an interface", List.of(warren(), "wg", "show"));
      more.put("`wg show` of Debian, an interface", List.of("wg", "show"));
      measure(results, more, rounds);
    } finally {
      run(List.of("ip", "link", "delete", DEVICE));
    }
    System.out.println("\n| ms, whole process | median | least | most |\n|---|---|---|---|");
    results.forEach(Start::row);
  }

  private static Map<String, List<String>> commands() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    Map<String, List<String>> commands = new LinkedHashMap<>();
    commands.put("`/bin/true`", List.of("/bin/true"));
    commands.put("an empty Java program", List.of(java, "-cp", classes, Empty.class.getName()));
    commands.put("`warren --version`", List.of(warren(), "--version"));
    commands.put("`warren help`", List.of(warren(), "help"));
    commands.put("`warren wg genkey`", List.of(warren(), "wg", "genkey"));
    commands.put("`warren wg show`, no interface", List.of(warren(), "wg", "show"));
    commands.put("`wg show` of Debian, no interface", List.of("wg", "show"));
    return commands;
  }

  private static String warren() {
    return Implementation.repository().resolve("warren").toString();
  }

  private static void measure(
      Map<String, List<Double>> results, Map<String, List<String>> commands, int rounds)
      throws IOException, InterruptedException {
    for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
      for (Map.Entry<String, List<String>> command : commands.entrySet()) {
        double millis = run(command.getValue());
        if (round >= 0) {
          results.computeIfAbsent(command.getKey(), name -> new ArrayList<>()).add(millis);
        }
      }
    }
  }

  private static double run(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    long start = System.nanoTime();
    Process process = builder.start();
    int status = process.waitFor();
    double millis = (System.nanoTime() - start) / 1e6;
    if (status != 0) {
      String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      throw new IllegalStateException(String.join(" ", command) + ": " + status + "\n" + said);
    }
    return millis;
  }

  private static void row(String name, List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    System.out.printf(
        Locale.ROOT,
        "| %s | %.1f | %.1f | %.1f |%n",
        name,
        sorted[sorted.length / 2],
        sorted[0],
        sorted[sorted.length - 1]);
  }
}
