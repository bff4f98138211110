package dev.warren.cli.view;

import dev.warren.cli.help.Help;
import dev.warren.cli.terminal.FullScreen;
import dev.warren.cli.terminal.Ink;
import dev.warren.cli.uapi.UapiException;
import dev.warren.cli.uapi.UapiSockets;
import dev.warren.linux.TerminalSize;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code warren status [OPTION]... [INTERFACE]...}.
 *
 * <p><b>Errors:</b> exit status 0 when all was shown, 1 when an interface could not be asked, 2 for
 * a command line that is not understood.
 */
public final class StatusCommand {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final long RATE_MILLIS = 500;

  /** The live view's rates are those of this time. */
  private static final long WINDOW_NANOS = 3 * NANOS_PER_SECOND;

  private static final int MAX_SECONDS = 3600;
  private static final int USUAL_COLUMNS = 80;

  private final PrintStream out;
  private final PrintStream err;
  private final InputStream in;
  private final Map<String, String> environment;

  private final UapiSockets sockets;

  private boolean watch;
  private boolean json;
  private boolean rates = true;
  private int seconds = 1;
  private final List<String> interfaces = new ArrayList<>();

  /** A command that writes here. */
  public StatusCommand(
      PrintStream out, PrintStream err, InputStream in, Map<String, String> environment) {
    this(out, err, in, environment, new UapiSockets());
  }

  /** A command that asks these sockets. */
  StatusCommand(
      PrintStream out,
      PrintStream err,
      InputStream in,
      Map<String, String> environment,
      UapiSockets sockets) {
    this.sockets = sockets;
    this.out = out;
    this.err = err;
    this.in = in;
    this.environment = environment;
  }

  /** Runs it; the exit status. */
  public int run(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      switch (argument) {
        case "-h", "--help" -> {
          return new Help(out, err).about("status");
        }
        case "-w", "--watch" -> {
          watch = true;
          if (i + 1 < arguments.size() && isNumber(arguments.get(i + 1))) {
            i++;
            seconds = Integer.parseInt(arguments.get(i));
            if (seconds < 1 || seconds > MAX_SECONDS) {
              return Help.misunderstood(
                  err, "status", "--watch takes 1 to " + MAX_SECONDS + " seconds");
            }
          }
        }
        case "-j", "--json" -> json = true;
        case "-n", "--no-rates" -> rates = false;
        default -> {
          if (argument.startsWith("-")) {
            return Help.misunderstood(err, "status", "no option `" + argument + "'");
          }
          interfaces.add(argument);
        }
      }
    }
    Sampler sampler =
        new Sampler(sockets, Path.of("/sys/class/net"), Path.of(Configurations.FOLDER), interfaces);
    try {
      return watch ? watch(sampler) : once(sampler);
    } catch (UapiException e) {
      err.println("warren status: " + Trouble.words(e));
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private int once(Sampler sampler) throws UapiException, InterruptedException {
    Sample first = sampler.take();
    Sample last = first;
    Sample earlier = null;
    if (rates && hasPeers(first)) {
      pause(TimeUnit.MILLISECONDS.toNanos(RATE_MILLIS));
      earlier = first;
      last = sampler.take();
    }
    if (json) {
      Ink.print(out, StatusJson.of(last, earlier));
    } else {
      print(StatusPage.of(last, earlier, Ink.choose(Ink.STANDARD_OUTPUT, environment), columns()));
    }
    for (Tunnel tunnel : last.tunnels()) {
      if (tunnel.trouble() != null) {
        return 1;
      }
    }
    return 0;
  }

  private static boolean hasPeers(Sample sample) {
    for (Tunnel tunnel : sample.tunnels()) {
      if (!tunnel.peers().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /**
   * What a page may be wide. The terminal is not asked here, since that would load the FFM API:
   * shells say it, where it is exported, and 80 columns suit nearly all others.
   */
  private int columns() {
    if (!Ink.isTerminal(Ink.STANDARD_OUTPUT)) {
      return StatusPage.UNLIMITED;
    }
    String columns = environment.getOrDefault("COLUMNS", "");
    return isNumber(columns) && columns.length() < 5
        ? Math.max(USUAL_COLUMNS, Integer.parseInt(columns))
        : USUAL_COLUMNS;
  }

  private int watch(Sampler sampler) throws UapiException, InterruptedException {
    if (json || !Ink.isTerminal(Ink.STANDARD_OUTPUT)) {
      return follow(sampler);
    }
    Ink ink = Ink.choose(Ink.STANDARD_OUTPUT, environment);
    Deque<Sample> window = new ArrayDeque<>();
    try (FullScreen screen = FullScreen.take(out, in)) {
      while (true) {
        Sample sample = remember(window, sampler.take());
        long due = sample.nanos() + seconds * NANOS_PER_SECOND;
        do {
          TerminalSize size = screen.size();
          Sample earlier = window.size() > 1 ? window.getFirst() : null;
          screen.draw(picture(sample, earlier, ink, size));
          int key = screen.await(due - System.nanoTime());
          if (key == 'q' || key == 'Q' || key == 3) {
            return 0;
          }
        } while (System.nanoTime() < due);
      }
    }
  }

  /** The page on a screen: what does not fit is counted, and the last line says how to leave. */
  private List<String> picture(
      Sample sample, @Nullable Sample earlier, Ink ink, TerminalSize size) {
    // Rates are dashes until there are two samples: columns that change would flicker.
    Sample base = earlier == null ? new Sample(sample.nanos(), 0, List.of()) : earlier;
    List<String> page = StatusPage.of(sample, base, ink, size.columns());
    int room = size.rows() - 2;
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < page.size() && i < room; i++) {
      lines.add(page.get(i));
    }
    while (lines.size() <= room) {
      lines.add("");
    }
    int hidden = page.size() - room;
    lines.add((hidden > 0 ? Words.count(hidden, "more line") + "; " : "") + "q to leave");
    return lines.subList(Math.max(0, lines.size() - size.rows()), lines.size());
  }

  /** A live view for a pipe: one page after the other, until nobody reads. */
  private int follow(Sampler sampler) throws UapiException, InterruptedException {
    Deque<Sample> window = new ArrayDeque<>();
    while (true) {
      Sample sample = remember(window, sampler.take());
      Sample earlier = window.size() > 1 ? window.getFirst() : null;
      if (json) {
        Ink.print(out, StatusJson.of(sample, earlier));
      } else {
        Ink ink = Ink.choose(Ink.STANDARD_OUTPUT, environment);
        Sample base = earlier == null ? new Sample(sample.nanos(), 0, List.of()) : earlier;
        print(StatusPage.of(sample, base, ink, StatusPage.UNLIMITED));
        out.println();
      }
      if (out.checkError()) {
        return 0;
      }
      pause(seconds * NANOS_PER_SECOND);
    }
  }

  /** Keeps the samples of the last seconds, and at least the one before. */
  private static Sample remember(Deque<Sample> window, Sample sample) {
    window.addLast(sample);
    while (window.size() > 2 && sample.nanos() - window.getFirst().nanos() > WINDOW_NANOS) {
      window.removeFirst();
    }
    return sample;
  }

  private void print(List<String> lines) {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append(line).append('\n');
    }
    Ink.print(out, text.toString());
  }

  private static boolean isNumber(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() < 9;
  }

  /** Nothing counts this latch down: the time passes. */
  private static void pause(long nanos) throws InterruptedException {
    boolean early = new CountDownLatch(1).await(nanos, TimeUnit.NANOSECONDS);
    if (early) {
      throw new AssertionError("nobody ends a pause");
    }
  }
}
