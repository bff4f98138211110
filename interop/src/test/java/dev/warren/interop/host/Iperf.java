package dev.warren.interop.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Debian's {@code iperf3}: a server in one host for one run, and a client in another.
 *
 * <p>Owner: any thread; one scenario each.
 */
public final class Iperf {
  /** A port is never reused: a server that has just ended may still hold it. */
  private static final AtomicInteger NEXT_PORT = new AtomicInteger(5201);

  /**
   * What arrived.
   *
   * @param lostPercent of UDP datagrams; 0 for TCP
   */
  public record Result(double receivedBitsPerSecond, double lostPercent) {
    public double megabitsPerSecond() {
      return receivedBitsPerSecond / 1e6;
    }
  }

  private Iperf() {}

  /** One run of {@code seconds}; {@code options} go to the client. */
  public static Result run(
      Namespace client, Namespace server, String address, int seconds, String... options) {
    return runAt(client, server, address, NEXT_PORT.getAndIncrement(), seconds, options);
  }

  /** The same with a port of the caller's, at which the server is reached by {@code address}. */
  public static Result runAt(
      Namespace client,
      Namespace server,
      String address,
      int portNumber,
      int seconds,
      String... options) {
    String port = "" + portNumber;
    try (Running listening = server.start("iperf3", "-s", "-1", "--forceflush", "-p", port)) {
      listening.awaitOutput("Server listening");
      List<String> argv =
          new ArrayList<>(List.of("iperf3", "-c", address, "-p", port, "-J", "-t", "" + seconds));
      argv.addAll(List.of(options));
      Duration limit = Duration.ofSeconds(seconds + 30L);
      String json = client.attempt(limit, Map.of(), "", argv).orFail().stdout();
      boolean udp = List.of(options).contains("-u");
      return udp ? udpResult(json) : new Result(number(json, "sum_received", "bits_per_second"), 0);
    }
  }

  private static Result udpResult(String json) {
    double sent = number(json, "sum", "bits_per_second");
    double lost = number(json, "sum", "lost_percent");
    return new Result(sent * (1 - lost / 100), lost);
  }

  /** A number of one flat object in iperf3's JSON; the last object of that name is the total. */
  private static double number(String json, String object, String key) {
    Pattern pattern =
        Pattern.compile("\"" + object + "\":\\s*\\{[^}]*\"" + key + "\":\\s*([-0-9.e+]+)");
    Matcher matcher = pattern.matcher(json);
    double value = Double.NaN;
    while (matcher.find()) {
      value = Double.parseDouble(matcher.group(1));
    }
    if (Double.isNaN(value)) {
      throw new AssertionError("no " + object + "." + key + " in " + json);
    }
    return value;
  }
}
