package dev.warren.interop.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Debian's {@code ping}, run in a host.
 *
 * <p>Owner: any thread; one scenario each.
 */
public final class Ping implements AutoCloseable {
  private static final Pattern REPLY = Pattern.compile("icmp_seq=(\\d+) ttl=\\d+ time=([0-9.]+)");

  private static final Pattern SUMMARY =
      Pattern.compile("(\\d+) packets transmitted, (\\d+) received(?:, \\+(\\d+) duplicates)?");

  /**
   * What came back.
   *
   * @param lostCount echo requests that stayed without reply though a later one had its reply
   */
  public record Result(
      int sentCount, int receivedCount, int lostCount, int duplicateCount, List<Double> millis) {

    /** The round trip time that this part of the replies did not exceed. */
    public double quantileMillis(double part) {
      List<Double> sorted = millis.stream().sorted().toList();
      return sorted.isEmpty()
          ? Double.NaN
          : sorted.get((int) Math.round(part * (sorted.size() - 1)));
    }

    /** Whether there are {@code count} replies or more, and none is missing before the last. */
    public boolean isWhole(int count) {
      return receivedCount >= count && lostCount == 0 && duplicateCount == 0;
    }

    @Override
    public String toString() {
      return "sent %d, received %d, lost %d, duplicates %d"
          .formatted(sentCount, receivedCount, lostCount, duplicateCount);
    }
  }

  private static final int PATIENCE_SECONDS = 5;

  private final Running running;

  private Ping(Running running) {
    this.running = running;
  }

  /** Starts an endless ping. */
  public static Ping start(Namespace from, String target, Duration interval) {
    return new Ping(from.start(argv(target, interval, List.of())));
  }

  private static String[] argv(String target, Duration interval, List<String> more) {
    List<String> argv = new ArrayList<>(List.of("ping", "-n", "-i", seconds(interval)));
    argv.addAll(more);
    argv.add(target);
    return argv.toArray(String[]::new);
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.3f", duration.toMillis() / 1000.0);
  }

  /** Pings until {@code count} replies have come, or until a while after they should have. */
  public static Result run(Namespace from, String target, int count, Duration interval) {
    return run(from, target, count, interval, List.of());
  }

  /**
   * As above. It is not ping that counts to the end: it would wait for the last reply no longer
   * than for those before, and on a busy machine give up too early.
   */
  public static Result run(
      Namespace from, String target, int count, Duration interval, List<String> options) {
    Duration limit = interval.multipliedBy(count).plusSeconds(PATIENCE_SECONDS);
    List<String> more =
        new ArrayList<>(List.of("-c", "" + count, "-w", "" + (limit.toSeconds() + 1)));
    more.addAll(options);
    List<String> argv = List.of(argv(target, interval, more));
    Command.Outcome outcome = from.attempt(limit.plusSeconds(30), Map.of(), "", argv);
    return parse(outcome.stdout() + outcome.stderr());
  }

  /** Whether one of a few echo requests is answered. */
  public static boolean reaches(Namespace from, String target) {
    return from.attempt("ping", "-n", "-c", "1", "-W", "1", target).exitStatus() == 0;
  }

  /** Pings until a reply comes; the first packet also waits for the handshake. */
  public static void awaitReply(Namespace from, String target, Duration limit) {
    Await.until(() -> "a reply from " + target + " to " + from, limit, () -> reaches(from, target));
  }

  /** How many replies have come so far. */
  public int replyCount() {
    Matcher reply = REPLY.matcher(running.output());
    return (int) reply.results().count();
  }

  /** Waits for {@code count} more replies. */
  public void awaitReplies(int count, Duration limit) {
    int target = replyCount() + count;
    Await.until(() -> count + " more replies: " + running, limit, () -> replyCount() >= target);
  }

  /** Ends it and counts. */
  public Result stop() {
    running.interrupt();
    running.awaitExit(Command.LIMIT);
    return parse(running.output());
  }

  private static Result parse(String output) {
    Matcher summary = SUMMARY.matcher(output);
    if (!summary.find()) {
      throw new AssertionError("no summary in the output of ping:\n" + output);
    }
    int sent = Integer.parseInt(summary.group(1));
    int received = Integer.parseInt(summary.group(2));
    int duplicates = summary.group(3) == null ? 0 : Integer.parseInt(summary.group(3));
    BitSet answered = new BitSet();
    List<Double> millis = new ArrayList<>();
    Matcher reply = REPLY.matcher(output);
    while (reply.find()) {
      answered.set(Integer.parseInt(reply.group(1)));
      millis.add(Double.valueOf(reply.group(2)));
    }
    int expected = Math.max(0, answered.length() - 1);
    return new Result(
        sent, received, expected - answered.cardinality(), duplicates, List.copyOf(millis));
  }

  @Override
  public void close() {
    running.close();
  }
}
